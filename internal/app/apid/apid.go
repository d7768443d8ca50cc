package apid

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/internal/follow"
)

// Default sockets.
const (
	// StateSocket shows apid the resources it may read. machined serves it.
	StateSocket = "/system/run/apid/runtime.sock"
	// MachineSocket is where machined answers every call to this node.
	MachineSocket = "/system/run/machined/machine.sock"
)

// drain is how long calls may take to finish at the end. Streams that never end by
// themselves are cut then.
const drain = 2 * time.Second

// Options say where the node is.
type Options struct {
	StateSocket   string
	MachineSocket string
}

// Run serves the API until ctx ends. It listens as soon as the node has told it
// where, and with which certificate; everything may still be on its way up when it
// is called.
func Run(ctx context.Context, opts Options) error {
	st, stateConn, err := follow.Dial(opts.StateSocket)
	if err != nil {
		return err
	}
	defer stateConn.Close() //nolint:errcheck // the process ends

	local, err := dialMachine(opts.MachineSocket)
	if err != nil {
		return err
	}
	defer local.Close() //nolint:errcheck // the process ends

	d := newDoor(local)
	defer d.close()

	d.watcher.run(ctx, st)

	return nil
}

func dialMachine(socket string) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("unix:"+socket,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(follow.LocalConnect),
		relayed(),
		grpc.WithInitialWindowSize(api.StreamWindow),
		grpc.WithInitialConnWindowSize(api.ConnectionWindow),
		grpc.WithSharedWriteBuffer(true),
		grpc.WithIdleTimeout(0), // reconnecting would cost a caller time
	)
	if err != nil {
		return nil, fmt.Errorf("connect to machined at %s: %w", socket, err)
	}

	return conn, nil
}

// door is the server with the port it listens on.
type door struct {
	watcher *watcher
	pool    *pool
	server  *grpc.Server
	denials *denial.Log

	mu       sync.Mutex
	address  string
	listener net.Listener
	retry    *time.Timer
	closed   bool
}

func newDoor(local grpc.ClientConnInterface) *door {
	d := &door{denials: denial.New(slog.Default())}
	d.watcher = newWatcher(d.changed)
	d.pool = newPool(d.watcher.view)
	d.server = newServer(&gateway{view: d.watcher.view, local: local, pool: d.pool}, d.denials)

	return d
}

// changed follows the view with what lasts longer than a call.
func (d *door) changed(before, after *view) {
	if before.certs != nil && before.certs != after.certs {
		d.pool.reset()
	}

	if after.ready() {
		d.listen(after.service.ListenAddress)
	}
}

// listen moves the server to an address. Connections that exist stay.
func (d *door) listen(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()

	if d.closed || (d.listener != nil && d.address == address) {
		return
	}

	if d.listener != nil {
		d.listener.Close() //nolint:errcheck // may be on the same port as the next
		d.listener = nil
	}

	if d.retry != nil {
		d.retry.Stop()
	}

	d.address = address

	listener, err := net.Listen("tcp", address)
	if err != nil {
		slog.Error("cannot listen, will retry", "address", address, "error", err)

		// An address of a tunnel may come up after the configuration that names it.
		d.retry = time.AfterFunc(time.Second, func() {
			if v := d.watcher.view(); v.ready() {
				d.listen(v.service.ListenAddress)
			}
		})

		return
	}

	d.listener = listener

	slog.Info("serving the API", "address", listener.Addr().String())

	go func() {
		if err := d.server.Serve(listener); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, grpc.ErrServerStopped) {
			slog.Error("serving ended", "error", err)
		}
	}()
}

func (d *door) close() {
	d.mu.Lock()
	d.closed = true

	if d.retry != nil {
		d.retry.Stop()
	}

	d.mu.Unlock()

	cut := time.AfterFunc(drain, d.server.Stop)
	defer cut.Stop()

	d.server.GracefulStop()
	d.pool.reset()
}
