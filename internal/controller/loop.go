package controller

import (
	"context"
	"fmt"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
)

// A Waker calls notify whenever the world outside changed, until the context
// ends. Calls are cheap and may come in bursts. A returned error restarts the
// controller.
type Waker func(ctx context.Context, notify func()) error

// loop runs round at start, after every change of an input, and when the waker
// or a timer says so. round returns when it wants to run again at the latest;
// zero means only on events.
func (m meta) loop(ctx context.Context, rt cosi.Runtime, wake Waker, round func() (time.Time, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	wakerErr := make(chan error, 1)

	if wake != nil {
		done := make(chan struct{})

		go func() {
			defer close(done)

			if err := wake(ctx, rt.QueueReconcile); err != nil && ctx.Err() == nil {
				wakerErr <- err
			}
		}()

		defer func() {
			cancel()
			<-done
		}()
	}

	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	timer.Stop()

	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-wakerErr:
			return fmt.Errorf("watch: %w", err)
		case <-rt.EventCh():
		case <-timer.C:
		}

		again, err := round()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}

			return err
		}

		rt.ResetRestartBackoff()
		timer.Stop()

		if !again.IsZero() {
			timer.Reset(time.Until(again))
		}
	}
}

// hold puts this controller's finalizer on every running resource of its strong
// inputs and returns those which are on their way out and still carry it.
func (m meta) hold(ctx context.Context, rt cosi.Runtime) ([]resource.Pointer, error) {
	var leaving []resource.Pointer

	for _, in := range m.inputs {
		if in.Kind != cosi.InputStrong {
			continue
		}

		var items []resource.Resource

		if id, ok := in.ID.Get(); ok {
			r, err := rt.Get(ctx, resource.NewMetadata(in.Namespace, in.Type, id, resource.VersionUndefined))
			if err != nil && !state.IsNotFoundError(err) {
				return nil, fmt.Errorf("get %s/%s: %w", in.Type, id, err)
			}

			if err == nil {
				items = append(items, r)
			}
		} else {
			list, err := rt.List(ctx, resource.NewMetadata(in.Namespace, in.Type, "", resource.VersionUndefined))
			if err != nil {
				return nil, fmt.Errorf("list %s: %w", in.Type, err)
			}

			items = list.Items
		}

		for _, r := range items {
			md := r.Metadata()

			switch {
			case md.Phase() == resource.PhaseTearingDown:
				if md.Finalizers().Has(m.name) {
					leaving = append(leaving, md)
				}
			case !md.Finalizers().Has(m.name):
				if err := rt.AddFinalizer(ctx, md, m.name); err != nil && !state.IsNotFoundError(err) {
					return nil, fmt.Errorf("hold %s/%s: %w", md.Type(), md.ID(), err)
				}
			}
		}
	}

	return leaving, nil
}

func (m meta) release(ctx context.Context, rt cosi.Runtime, leaving []resource.Pointer) error {
	for _, p := range leaving {
		if err := rt.RemoveFinalizer(ctx, p, m.name); err != nil && !state.IsNotFoundError(err) {
			return fmt.Errorf("release %s/%s: %w", p.Type(), p.ID(), err)
		}
	}

	return nil
}
