package netctl

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/internal/sys/dhcp6"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// operators owns the goroutines of those that run.
type operators struct {
	client   DHCPClient
	election Election

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // bounds the goroutines, set by wake
	notify  func()
	running map[string]*runningOperator
}

type runningOperator struct {
	state  operatorState
	cancel context.CancelFunc
	done   chan struct{}
}

// wake lends its context to the operators: they end with this run of the
// controller, and its next run starts them again with the leases they had.
func (m *operators) wake(ctx context.Context, notify func()) error {
	m.mu.Lock()
	m.ctx, m.notify = ctx, notify
	m.mu.Unlock()

	notify()

	<-ctx.Done()

	m.mu.Lock()
	m.ctx = nil

	var waits []chan struct{}

	for _, r := range m.running {
		if r.state.active {
			r.cancel()
			r.state.active = false
			waits = append(waits, r.done)
		}
	}

	m.mu.Unlock()

	for _, w := range waits {
		<-w
	}

	return nil
}

func (m *operators) observe(ctx context.Context, r cosi.Reader) (operatorView, error) {
	list, err := network.OperatorSpecs.List(ctx, r)
	if err != nil {
		return operatorView{}, err
	}

	v := operatorView{specs: running(list), running: map[string]operatorState{}, now: time.Now()}

	if v.links, err = linksByName(ctx, r); err != nil {
		return v, err
	}

	m.mu.Lock()
	defer m.mu.Unlock()

	for id, r := range m.running {
		v.running[id] = r.state
	}

	return v, nil
}

func (m *operators) apply(_ context.Context, w *controller.Writer, p operatorPlan) error {
	for _, id := range append(p.pause, p.forget...) {
		m.stop(id)
	}

	m.mu.Lock()

	for _, id := range p.forget {
		delete(m.running, id)
	}

	for _, id := range p.start {
		m.start(id, p.specs[id], w.Log)
	}

	m.mu.Unlock()

	for _, i := range p.items {
		if err := w.Want(i); err != nil {
			return err
		}
	}

	return nil
}

func (m *operators) stop(id string) {
	m.mu.Lock()

	r := m.running[id]
	if r == nil || !r.state.active {
		m.mu.Unlock()

		return
	}

	r.state.active = false
	r.cancel()
	m.mu.Unlock()

	<-r.done
}

// start is called with the lock held.
func (m *operators) start(id string, s network.OperatorSpec, log *slog.Logger) {
	if m.ctx == nil {
		return // wake has not been called yet; it starts a round
	}

	before := m.running[id]
	ctx, cancel := context.WithCancel(m.ctx)
	r := &runningOperator{
		state: operatorState{spec: s, active: true}, cancel: cancel, done: make(chan struct{}),
	}

	if before != nil {
		r.state.lease, r.state.lease6 = before.state.lease, before.state.lease6
	}

	m.running[id] = r
	log = log.With("operator", id)
	previous := r.state.lease
	notify := m.notify

	go func() {
		defer close(r.done)
		defer cancel()

		// set changes the state, tells about it and starts a round.
		set := func(change func(*operatorState)) {
			m.mu.Lock()
			change(&r.state)
			m.mu.Unlock()
			notify()
		}

		switch s.Operator {
		case network.OperatorDhcp4:
			repeat(ctx, log, func() error {
				return m.client.Run(ctx, dhcp4.Options{Link: s.LinkName, ClientID: clientID(s), Log: log}, previous, func(l *dhcp4.Lease) {
					logLease(log, previous, l)
					previous = l

					set(func(st *operatorState) { st.lease = l })
				})
			})
		case network.OperatorDhcp6:
			repeat(ctx, log, func() error {
				return m.client.Run6(ctx, dhcp6.Options{Link: s.LinkName, DUID: duid(s.DHCP6.ClientIdentifier), Log: log}, func(l *dhcp6.Lease) {
					if l == nil {
						log.Warn("lost lease")
					} else {
						log.Debug("got lease", "addresses", l.Addresses, "until", l.Expire)
					}

					set(func(st *operatorState) { st.lease6 = l })
				})
			})
		case network.OperatorVip:
			if s.VIP.HCloud.APIToken != "" || s.VIP.EquinixMetal.APIToken != "" {
				log.Error("virtual addresses that a cloud has to be told of are not supported yet, this one is not held")
				<-ctx.Done()

				return
			}

			holdVIP(ctx, m.election, s.VIP.IP, log, func(elected bool) {
				set(func(st *operatorState) { st.elected = elected })
			})
		}
	}()
}

// repeat starts a client again that could not even ask.
func repeat(ctx context.Context, log *slog.Logger, run func() error) {
	for wait := firstRetry; ctx.Err() == nil; wait = min(2*wait, lastRetry) {
		if err := run(); err != nil && ctx.Err() == nil {
			log.Warn("operator failed, will retry", "error", err)
		}

		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func logLease(log *slog.Logger, before, now *dhcp4.Lease) {
	switch {
	case now == nil && before != nil:
		log.Warn("lost lease", "address", before.Address)
	case now != nil && (before == nil || before.Address != now.Address):
		log.Info("got lease", "address", now.Address, "server", now.Server, "until", now.Expire)
	}
}

// Times between tries of a client that could not even ask: the link may be of a
// kind that has no DHCP.
const (
	firstRetry = 5 * time.Second
	lastRetry  = 10 * time.Minute
)

// clientID makes option 61: a hardware type and the card's address, or 255, the
// interface and a DUID (RFC 4361).
func clientID(s network.OperatorSpec) []byte {
	switch s.DHCP4.ClientIdentifier.ClientIdentifier {
	case netenum.ClientIdentifierMac:
		if i, err := net.InterfaceByName(s.LinkName); err == nil {
			return append([]byte{1}, i.HardwareAddr...)
		}
	case netenum.ClientIdentifierDuid:
		if d := duid(s.DHCP4.ClientIdentifier); len(d) > 0 {
			return append([]byte{255, 0, 0, 0, 1}, d...)
		}
	}

	return nil
}

// duid reads a raw DUID; empty for none.
func duid(s network.ClientIdentifierSpec) []byte {
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(s.DUIDRawHex))
	if err != nil {
		return nil // refused by validation
	}

	return b
}
