package netctl

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"net/netip"
	"sort"
	"strings"
	"sync"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// DHCPClient keeps a lease until the context ends, see dhcp4.Run.
type DHCPClient interface {
	Run(ctx context.Context, o dhcp4.Options, previous *dhcp4.Lease, report func(*dhcp4.Lease)) error
}

type realDHCP struct{}

func (realDHCP) Run(ctx context.Context, o dhcp4.Options, previous *dhcp4.Lease, report func(*dhcp4.Lease)) error {
	return dhcp4.Run(ctx, o, previous, report)
}

// operatorSpec runs what OperatorSpecs ask for while their links are up, and
// publishes what they found as specs of the layer "operator". IDs start with the
// operator's, so that two of them never write the same resource.
//
// A link that loses its carrier stops its operator; what that had found stays
// until it runs out, so that a pulled cable does not take the node's address.
func operatorSpec(client DHCPClient, election Election) controller.Controller {
	m := &operators{client: client, election: election, running: map[string]*runningOperator{}}

	return controller.Reconcile[operatorView, operatorPlan]{
		Name:   "network.OperatorSpecController",
		Inputs: controller.In(network.OperatorSpecs.Strong(), network.LinkStatuses.Weak()),
		Outputs: controller.Out(
			network.AddressSpecs.Shared(), network.LinkSpecs.Shared(), network.RouteSpecs.Shared(),
			network.HostnameSpecs.Shared(), network.ResolverSpecs.Shared(), network.TimeServerSpecs.Shared(),
		),
		Wake:    m.wake,
		Observe: m.observe,
		Plan:    planOperators,
		Apply:   m.apply,
	}.Build()
}

type operatorView struct {
	specs   []network.OperatorSpec
	links   map[string]network.LinkStatusSpec
	running map[string]operatorState
	now     time.Time
}

// operatorState is what is known of an operator that was started once.
type operatorState struct {
	spec   network.OperatorSpec
	active bool
	// lease is DHCP's, elected that of a virtual address.
	lease   *dhcp4.Lease
	elected bool
}

type operatorPlan struct {
	start, pause, forget []string
	specs                map[string]network.OperatorSpec
	items                []controller.Item
	again                time.Time
}

func (p operatorPlan) CheckAgainAt() time.Time { return p.again }

func (p operatorPlan) String() string {
	var b strings.Builder

	for mark, ids := range map[string][]string{"+ ": p.start, "| ": p.pause, "- ": p.forget} {
		for _, id := range ids {
			b.WriteString(mark + id + "\n")
		}
	}

	return b.String()
}

func planOperators(v operatorView) operatorPlan {
	p := operatorPlan{specs: map[string]network.OperatorSpec{}}

	for _, s := range v.specs {
		id := operatorID(s)
		p.specs[id] = s
		state, known := v.running[id]

		link, exists := v.links[s.LinkName]
		ready := exists && (!s.RequireUp ||
			link.OperationalState == netenum.OperationalStateUp || link.OperationalState == netenum.OperationalStateUnknown)

		// What the spec says goes into the exchange: begin anew.
		if known && state.active && !sameOperator(state.spec, s) {
			p.pause = append(p.pause, id)
			state.active = false
		}

		switch {
		case ready && !state.active:
			p.start = append(p.start, id)
		case !ready && state.active:
			p.pause = append(p.pause, id)
		}

		if l := state.lease; l != nil {
			if !l.Expire.IsZero() && !v.now.Before(l.Expire) {
				continue
			}

			// A paused operator does not tell when its lease is over.
			if !ready && !l.Expire.IsZero() && (p.again.IsZero() || l.Expire.Before(p.again)) {
				p.again = l.Expire
			}

			p.items = append(p.items, leaseItems(id, s, *l)...)
		}
	}

	for _, s := range v.specs {
		if s.Operator == network.OperatorVip && v.running[operatorID(s)].elected {
			p.items = append(p.items, vipItem(s))
		}
	}

	for id := range v.running {
		if _, wanted := p.specs[id]; !wanted {
			p.forget = append(p.forget, id)
		}
	}

	sort.Strings(p.forget)

	return p
}

// sameOperator does not mind who asked for it.
func sameOperator(a, b network.OperatorSpec) bool {
	a.ConfigLayer = b.ConfigLayer

	return a == b
}

// leaseItems is what a DHCP lease means for the node.
func leaseItems(id string, s network.OperatorSpec, l dhcp4.Lease) []controller.Item {
	const layer = network.ConfigLayerOperator

	var items []controller.Item

	addr := address(s.LinkName, l.Address, 0)
	addr.ConfigLayer = layer
	items = append(items, controller.Want(network.AddressSpecs, id+"/"+addressID(s.LinkName, l.Address), addr, controller.InNamespace(layered)))

	for _, r := range leaseRoutes(s, l) {
		r.ConfigLayer = layer
		items = append(items, controller.Want(network.RouteSpecs, id+"/"+routeID(r), r, controller.InNamespace(layered)))
	}

	if l.MTU != 0 {
		items = append(items, controller.Want(network.LinkSpecs, id+"/"+s.LinkName,
			network.LinkSpec{Name: s.LinkName, Up: true, MTU: l.MTU, ConfigLayer: layer}, controller.InNamespace(layered)))
	}

	if h, ok := splitHostname(l.Hostname); ok && !s.DHCP4.SkipHostnameRequest {
		if h.ConfigLayer = layer; h.Domainname == "" {
			h.Domainname = strings.TrimSuffix(l.Domain, ".")
		}

		items = append(items, controller.Want(network.HostnameSpecs, id+"/"+network.HostnameID, h, controller.InNamespace(layered)))
	}

	if len(l.DNS) > 0 {
		r := resolvers(layer, l.DNS)

		if r.SearchDomains = l.Search; len(r.SearchDomains) == 0 && l.Domain != "" {
			r.SearchDomains = []string{strings.TrimSuffix(l.Domain, ".")}
		}

		items = append(items, controller.Want(network.ResolverSpecs, id+"/"+network.ResolverID, r, controller.InNamespace(layered)))
	}

	if len(l.NTP) > 0 {
		t := network.TimeServerSpec{ConfigLayer: layer}
		for _, a := range l.NTP {
			t.NTPServers = append(t.NTPServers, a.String())
		}

		items = append(items, controller.Want(network.TimeServerSpecs, id+"/"+network.TimeServerID, t, controller.InNamespace(layered)))
	}

	return items
}

func leaseRoutes(s network.OperatorSpec, l dhcp4.Lease) []network.RouteSpec {
	if s.DHCP4.SkipRoutes {
		return nil
	}

	routes := l.Routes
	if len(routes) == 0 && len(l.Routers) > 0 {
		routes = []dhcp4.Route{{Gateway: l.Routers[0]}} // the first one is preferred (RFC 2132 3.5)
	}

	var out []network.RouteSpec

	add := func(dst netip.Prefix, gw, src netip.Addr) {
		out = append(out, route(network.RouteSpec{
			Family: netenum.FamilyInet4, Destination: dst, Gateway: gw, Source: src, OutLinkName: s.LinkName,
			Priority: s.DHCP4.RouteMetric, Protocol: netenum.RouteProtocolDhcp,
		}))
	}

	reached := map[netip.Addr]bool{}

	for _, r := range routes {
		// Clouds lease a single address with a gateway outside of it: say that
		// the gateway is on the link.
		if r.Gateway.IsValid() && !l.Address.Contains(r.Gateway) && !reached[r.Gateway] && !onLink(l.Routes, r.Gateway) {
			reached[r.Gateway] = true

			add(netip.PrefixFrom(r.Gateway, 32), netip.Addr{}, l.Address.Addr())
		}

		add(r.Destination, r.Gateway, l.Address.Addr())
	}

	return out
}

func onLink(routes []dhcp4.Route, a netip.Addr) bool {
	for _, r := range routes {
		if !r.Gateway.IsValid() && r.Destination.Contains(a) {
			return true
		}
	}

	return false
}

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
		r.state.lease = before.state.lease
	}

	m.running[id] = r
	log = log.With("operator", id)
	previous := r.state.lease
	notify := m.notify

	go func() {
		defer close(r.done)
		defer cancel()

		switch s.Operator {
		case network.OperatorDhcp4:
		case network.OperatorVip:
			holdVIP(ctx, m.election, s.VIP.IP, log, func(elected bool) {
				m.mu.Lock()
				r.state.elected = elected
				m.mu.Unlock()
				notify()
			})

			return
		default:
			log.Error("this kind of operator is not supported yet, nothing is done for it")
			<-ctx.Done()

			return
		}

		report := func(l *dhcp4.Lease) {
			m.mu.Lock()

			if changed(r.state.lease, l) {
				if l != nil {
					log.Info("got lease", "address", l.Address, "server", l.Server, "until", l.Expire)
				} else {
					log.Warn("lost lease")
				}
			}

			r.state.lease = l
			m.mu.Unlock()
			notify()
		}

		o := dhcp4.Options{Link: s.LinkName, ClientID: clientID(s), Log: log}

		for ctx.Err() == nil {
			if err := m.client.Run(ctx, o, previous, report); err != nil && ctx.Err() == nil {
				log.Warn("operator failed, will retry", "error", err)
			}

			m.mu.Lock()
			previous = r.state.lease
			m.mu.Unlock()

			select {
			case <-ctx.Done():
			case <-time.After(operatorRetry):
			}
		}
	}()
}

// operatorRetry is when a client that could not even ask tries again.
const operatorRetry = 5 * time.Second

func changed(a, b *dhcp4.Lease) bool {
	return (a == nil) != (b == nil) || a != nil && a.Address != b.Address
}

// clientID makes option 61: a hardware type and the card's address, or 255, the
// interface and a DUID (RFC 4361).
func clientID(s network.OperatorSpec) []byte {
	switch s.DHCP4.ClientIdentifier.ClientIdentifier {
	case netenum.ClientIdentifierMac:
		if i, err := net.InterfaceByName(s.LinkName); err == nil {
			return append([]byte{1}, i.HardwareAddr...)
		}
	case netenum.ClientIdentifierDuid:
		duid, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(s.DHCP4.ClientIdentifier.DUIDRawHex))
		if err == nil && len(duid) > 0 {
			return append([]byte{255, 0, 0, 0, 1}, duid...)
		}
	}

	return nil
}
