package apid

import (
	"context"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/internal/app/apid/relay"
)

const (
	// maxConns bounds the connections to other nodes that are kept while nobody uses
	// them. A cluster's control plane is far smaller; callers can name anything.
	maxConns = 64
	// idleAfter closes the connection to a node nobody asks for.
	idleAfter = 10 * time.Minute
	// deadAfter is how long sent data may go unanswered before the node counts as gone.
	deadAfter = 20 * time.Second
)

// pool keeps connections to other nodes, one per target.
type pool struct {
	view func() *view
	// port of the next hop, fixed but for tests.
	port int

	mu    sync.Mutex
	conns map[string]*pooled
}

// pooled is a connection with its users. It is closed when it has been dropped
// from the pool and its last user is done.
type pooled struct {
	*grpc.ClientConn
	target  string
	users   int
	dropped bool
	used    time.Time
}

func newPool(view func() *view) *pool {
	return &pool{view: view, port: api.Port, conns: map[string]*pooled{}}
}

// get returns a connection to a target. The caller must call release when done.
func (p *pool) get(target string) (conn grpc.ClientConnInterface, release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	c, ok := p.conns[target]
	if !ok {
		c = &pooled{target: target}

		if c.ClientConn, err = p.dial(target); err != nil {
			return nil, nil, err
		}

		p.evict()
		p.conns[target] = c
	}

	c.users++

	return c, func() { p.release(c) }, nil
}

func (p *pool) release(c *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()

	c.users--
	c.used = time.Now()

	if c.dropped && c.users == 0 {
		c.Close() //nolint:errcheck // nothing is in flight
	}
}

// reset makes further calls use new connections. Running calls finish on theirs.
//
// A connection has the certificate of its handshake, and the other side looks at
// its expiry date for every call.
func (p *pool) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, c := range p.conns {
		p.drop(c)
	}
}

// evict makes room for one more connection if somebody is not using theirs.
func (p *pool) evict() {
	if len(p.conns) < maxConns {
		return
	}

	var oldest *pooled

	for _, c := range p.conns {
		if c.users == 0 && (oldest == nil || c.used.Before(oldest.used)) {
			oldest = c
		}
	}

	if oldest != nil {
		p.drop(oldest)
	}
}

func (p *pool) drop(c *pooled) {
	delete(p.conns, c.target)
	c.dropped = true

	if c.users == 0 {
		c.Close() //nolint:errcheck // nothing is in flight
	}
}

func (p *pool) dial(target string) (*grpc.ClientConn, error) {
	config, err := clientConfig(p.view())
	if err != nil {
		return nil, err
	}

	return grpc.NewClient("passthrough:///"+net.JoinHostPort(target, strconv.Itoa(p.port)),
		grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithContextDialer(dialNode),
		grpc.WithIdleTimeout(idleAfter),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 500 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
			MinConnectTimeout: 10 * time.Second,
		}),
		relayed(),
		grpc.WithInitialWindowSize(api.StreamWindow),
		grpc.WithInitialConnWindowSize(api.ConnectionWindow),
		grpc.WithSharedWriteBuffer(true),
	)
}

// relayed are the call options of every connection that frames go out on.
func relayed() grpc.DialOption {
	return grpc.WithDefaultCallOptions(
		grpc.ForceCodecV2(relay.Codec()),
		grpc.MaxCallRecvMsgSize(api.MaxMessageSize),
		grpc.MaxCallSendMsgSize(api.MaxMessageSize),
	)
}

// dialNode finds out by TCP's own means that a node has gone. HTTP/2 pings would do
// too, but a peer may take them for abuse and hang up.
func dialNode(ctx context.Context, address string) (net.Conn, error) {
	dialer := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control: func(_, _ string, raw syscall.RawConn) error {
			var err error

			if ctrlErr := raw.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(deadAfter.Milliseconds()))
			}); ctrlErr != nil {
				return ctrlErr
			}

			return err
		},
	}

	return dialer.DialContext(ctx, "tcp", address)
}
