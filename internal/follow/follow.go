// Package follow keeps a program up to date with a few resources of the node's
// state, which it reads over a unix socket.
//
// It is for the small processes beside PID 1 that need a handful of resources and
// no controller runtime.
package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/protobuf/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// Dial connects to the state behind a unix socket. It returns at once; the socket
// may appear later. Close the connection when done.
func Dial(socket string) (state.CoreState, *grpc.ClientConn, error) {
	conn, err := grpc.NewClient("unix:"+socket,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(LocalConnect),
		// Failing while PID 1 is not there yet would make Resource pause for longer and
		// longer, and on a slow machine be in a long pause when the socket appears.
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)),
		grpc.WithSharedWriteBuffer(true),
	)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to state at %s: %w", socket, err)
	}

	return client.NewAdapter(v1alpha1.NewStateClient(conn), client.WithDisableWatchRetry()), conn, nil
}

// LocalConnect retries a unix socket soon: what serves it is on its way up, and
// trying costs nothing.
var LocalConnect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.5, MaxDelay: 250 * time.Millisecond},
	MinConnectTimeout: 5 * time.Second,
}

// Resource calls set with the spec of one resource now and after every change, and
// with nil while there is none. It returns when ctx ends. While the state cannot
// be reached nothing is reported: what was known last still is the best guess.
func Resource[T any](ctx context.Context, st state.CoreState, kind *resource.Kind[T], id string, set func(*T)) {
	delay := firstRetry

	for ctx.Err() == nil {
		err := watch(ctx, st, kind, id, func(spec *T) {
			delay = firstRetry

			set(spec)
		})
		if ctx.Err() != nil {
			return
		}

		slog.Debug("watch ended", "type", kind.Type(), "id", id, "error", err, "retry", delay)

		select {
		case <-ctx.Done():
		case <-time.After(delay):
		}

		delay = min(2*delay, lastRetry)
	}
}

func watch[T any](ctx context.Context, st state.CoreState, kind *resource.Kind[T], id string, set func(*T)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	events := make(chan state.Event)

	if err := st.Watch(ctx, kind.Ref(id), events); err != nil {
		return err
	}

	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event := <-events:
			switch event.Type {
			case state.Created, state.Updated:
				res, err := kind.Cast(event.Resource)
				if err != nil {
					return err
				}

				set(res.TypedSpec())
			case state.Destroyed:
				set(nil)
			case state.Errored:
				return event.Error
			case state.Bootstrapped, state.Noop:
				return errors.New("watch of one resource sent an event of a list")
			}
		}
	}
}
