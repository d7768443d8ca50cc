package k8sctl

import (
	"context"
	"log/slog"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
)

// target is what to watch, and as whom. Equal targets need no new watch.
type target struct {
	credentials nodeCredentials
	// fallback is for another server, when that of credentials is not ready.
	fallback nodeCredentials
	path     string
	selector string // of fields
}

// watching is a task that follows a few objects of the API server. The world
// changes rarely and the connection breaks now and then: after a break all
// objects come again, and the task writes what it makes of them.
type watching struct {
	name    string
	inputs  []cosi.Input
	outputs []cosi.Output
	// target says what to watch; an empty path means nothing now.
	target func(ctx context.Context, rt cosi.Runtime) (target, error)
	// write makes outputs of all objects that there are; nil when nothing is
	// watched.
	write func(ctx context.Context, rt cosi.Runtime, objects []kubeclient.Object) error
}

// Pauses between attempts to reach the API server.
const (
	watchPauseMin = 2 * time.Second
	watchPauseMax = 10 * time.Second
)

func (w watching) build() controller.Controller {
	return controller.Task{Name: w.name, Inputs: w.inputs, Outputs: w.outputs, Run: w.run}.Build()
}

func (w watching) run(ctx context.Context, rt cosi.Runtime, log *slog.Logger) error {
	var (
		current target
		stop    = func() {}
		updates = make(chan []kubeclient.Object)
	)

	defer func() { stop() }()

	for {
		select {
		case <-ctx.Done():
			return nil
		case objects := <-updates:
			if err := w.write(ctx, rt, objects); err != nil {
				return err
			}

			rt.ResetRestartBackoff()
		case <-rt.EventCh():
			next, err := w.target(ctx, rt)
			if err != nil {
				return err
			}

			if next == current {
				continue
			}

			stop()

			current = next

			if next.path == "" || next.credentials.text == "" {
				stop = func() {}

				if err = w.write(ctx, rt, nil); err != nil {
					return err
				}

				continue
			}

			watchCtx, cancel := context.WithCancel(ctx)
			done := make(chan struct{})

			go func() {
				defer close(done)

				follow(watchCtx, next, log, updates)
			}()

			stop = func() {
				cancel()
				<-done
			}
		}
	}
}

// follow watches until ctx ends and sends all objects after each change.
func follow(ctx context.Context, t target, log *slog.Logger, updates chan<- []kubeclient.Object) {
	pause := watchPauseMin

	// Kept from one attempt to the next: a server that is starting is asked many
	// times.
	var client, fallback keptClient

	defer client.close()
	defer fallback.close()

	for ctx.Err() == nil {
		err := followOnce(ctx, t, &client, &fallback, func(objects []kubeclient.Object) {
			pause = watchPauseMin

			select {
			case updates <- objects:
			case <-ctx.Done():
			}
		})
		if err != nil && ctx.Err() == nil {
			log.Debug("cannot watch, will retry", "path", t.path, "error", err)
		}

		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(pause*2, watchPauseMax)
		}
	}
}

func followOnce(ctx context.Context, t target, first, second *keptClient, send func([]kubeclient.Object)) error {
	client, err := first.ready(ctx, t.credentials)
	if err != nil && t.fallback.text != "" {
		client, err = second.ready(ctx, t.fallback)
	}

	if err != nil {
		return err
	}

	// What ended a watch may be about the connection.
	defer first.close()
	defer second.close()

	objects := map[kubeclient.Ref]kubeclient.Object{}
	synced := false

	all := func() []kubeclient.Object {
		out := make([]kubeclient.Object, 0, len(objects))
		for _, o := range objects {
			out = append(out, o)
		}

		return out
	}

	query := map[string][]string{}
	if t.selector != "" {
		query["fieldSelector"] = []string{t.selector}
	}

	return client.Watch(ctx, t.path, query, func(ev kubeclient.Event) {
		ref := kubeclient.RefOf(ev.Object)
		ref.APIVersion, ref.Kind = "", "" // lists leave them out

		if ev.Type == "DELETED" {
			delete(objects, ref)
		} else {
			objects[ref] = ev.Object
		}

		if synced {
			send(all())
		}
	}, func() {
		synced = true

		send(all())
	})
}
