// Package balance spreads TCP connections over servers that all serve the same:
// the API servers behind KubePrism.
//
// Which server works is learnt in two ways: every connection tries the next one
// when a dial fails, and all are dialled now and then, so that one which hangs
// is known before somebody waits for it. The first that works is taken, so the
// order given is the order of preference.
package balance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Timing of the balancer.
const (
	dialTimeout    = 15 * time.Second
	healthInterval = 20 * time.Second
	// retryInterval is between checks while no server works: the node waits.
	retryInterval = 2 * time.Second
	// userTimeout ends connections whose peer stopped acknowledging, such as a
	// node that lost power: clients notice in half a minute, not in a quarter of
	// an hour.
	userTimeout = 30 * time.Second
)

// Balancer is a listening load balancer.
type Balancer struct {
	listener net.Listener
	log      *slog.Logger
	changed  func()
	cancel   context.CancelFunc
	wg       sync.WaitGroup
	poke     chan struct{}

	mu        sync.Mutex
	upstreams []string
	down      map[string]bool // servers known not to work
	checked   bool
	reported  bool                // what Healthy was when changed was last called
	conns     map[net.Conn]string // client connections by server
}

// Listen starts a balancer without servers. changed is called when Healthy may
// have changed.
func Listen(address string, log *slog.Logger, changed func()) (*Balancer, error) {
	config := net.ListenConfig{KeepAlive: userTimeout}

	l, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for KubePrism: %w", err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	b := &Balancer{
		listener: l, log: log, changed: changed, cancel: cancel, poke: make(chan struct{}, 1),
		down: map[string]bool{}, conns: map[net.Conn]string{},
	}

	b.wg.Go(func() { b.accept(ctx) })
	b.wg.Go(func() { b.check(ctx) })

	return b, nil
}

// Addr is where it listens.
func (b *Balancer) Addr() net.Addr { return b.listener.Addr() }

// Close ends it and every connection through it.
func (b *Balancer) Close() {
	b.cancel()
	b.listener.Close() //nolint:errcheck

	b.mu.Lock()
	for c := range b.conns {
		c.Close() //nolint:errcheck
	}
	b.mu.Unlock()

	b.wg.Wait()
}

// SetUpstreams names the servers, best first. Connections to servers no longer
// named go on until they end.
func (b *Balancer) SetUpstreams(list []string) {
	b.mu.Lock()
	same := slices.Equal(b.upstreams, list)
	b.upstreams = slices.Clone(list)
	b.mu.Unlock()

	if !same {
		b.pokeCheck()
	}
}

func (b *Balancer) pokeCheck() {
	select {
	case b.poke <- struct{}{}:
	default:
	}
}

// Healthy tells whether at least one server works.
func (b *Balancer) Healthy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()

	return b.healthy()
}

func (b *Balancer) healthy() bool {
	return b.checked && slices.ContainsFunc(b.upstreams, func(u string) bool { return !b.down[u] })
}

// candidates are all servers, those not known to be down first.
func (b *Balancer) candidates() []string {
	b.mu.Lock()
	defer b.mu.Unlock()

	out := slices.Clone(b.upstreams)
	slices.SortStableFunc(out, func(x, y string) int {
		switch {
		case b.down[x] == b.down[y]:
			return 0
		case b.down[x]:
			return 1
		default:
			return -1
		}
	})

	return out
}

func (b *Balancer) mark(upstream string, down bool) {
	b.mu.Lock()
	before := b.down[upstream]

	if down {
		b.down[upstream] = true
	} else {
		delete(b.down, upstream)
	}
	b.mu.Unlock()

	if before != down {
		b.log.Debug("API server changed", "address", upstream, "works", !down)
	}
}

func (b *Balancer) check(ctx context.Context) {
	for {
		b.mu.Lock()
		list := slices.Clone(b.upstreams)
		b.mu.Unlock()

		var wg sync.WaitGroup

		for _, u := range list {
			wg.Go(func() {
				conn, err := b.dial(ctx, u)
				if err == nil {
					conn.Close() //nolint:errcheck
				}

				b.mark(u, err != nil)
			})
		}

		wg.Wait()

		b.mu.Lock()
		b.checked = true
		now := b.healthy()
		news := now != b.reported
		b.reported = now
		b.mu.Unlock()

		if news {
			b.changed()
		}

		pause := healthInterval
		if !now && len(list) > 0 {
			pause = retryInterval
		}

		select {
		case <-ctx.Done():
			return
		case <-b.poke:
		case <-time.After(pause):
		}
	}
}

func (b *Balancer) dial(ctx context.Context, upstream string) (*net.TCPConn, error) {
	dialer := net.Dialer{
		Timeout: dialTimeout, KeepAlive: userTimeout,
		Control: func(_, _ string, raw syscall.RawConn) error {
			var err error

			controlErr := raw.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds()))
			})

			return errors.Join(controlErr, err)
		},
	}

	conn, err := dialer.DialContext(ctx, "tcp", upstream)
	if err != nil {
		return nil, err
	}

	return conn.(*net.TCPConn), nil //nolint:forcetypeassert // of network "tcp"
}

func (b *Balancer) accept(ctx context.Context) {
	for {
		client, err := b.listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return
			}

			// Out of files, most likely: let some close.
			b.log.Warn("cannot accept connection", "error", err)

			select {
			case <-ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}

			continue
		}

		b.wg.Go(func() { b.serve(ctx, client.(*net.TCPConn)) }) //nolint:forcetypeassert // of network "tcp"
	}
}

func (b *Balancer) serve(ctx context.Context, client *net.TCPConn) {
	defer client.Close() //nolint:errcheck

	for _, u := range b.candidates() {
		server, err := b.dial(ctx, u)
		if err != nil {
			b.mark(u, true)
			b.pokeCheck()

			continue
		}

		b.mark(u, false)

		b.mu.Lock()
		b.conns[client] = u
		b.mu.Unlock()

		if ctx.Err() == nil {
			join(client, server)
		}

		server.Close() //nolint:errcheck

		b.mu.Lock()
		delete(b.conns, client)
		b.mu.Unlock()

		return
	}

	// No server took it. A reset says so at once; a clean end would look to TLS
	// like an attack.
	client.SetLinger(0) //nolint:errcheck
}

// join copies both ways until both have ended, passing on the end of each.
func join(a, b *net.TCPConn) {
	var wg sync.WaitGroup

	half := func(dst, src *net.TCPConn) {
		_, err := io.Copy(dst, src)
		dst.CloseWrite() //nolint:errcheck

		if err != nil {
			// The other direction would wait for a peer that is gone.
			a.Close() //nolint:errcheck
			b.Close() //nolint:errcheck
		}
	}

	wg.Go(func() { half(a, b) })
	wg.Go(func() { half(b, a) })
	wg.Wait()
}
