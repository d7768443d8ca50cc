package services

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// Condition is something a service waits for.
type Condition interface {
	// Wait returns when the condition holds, or when the context ends.
	Wait(ctx context.Context) error
	// String says what is waited for, to a person.
	String() string
}

type condition struct {
	what string
	wait func(context.Context) error
}

func (c condition) Wait(ctx context.Context) error { return c.wait(ctx) }
func (c condition) String() string                 { return c.what }

// When makes a condition of a function.
func When(what string, wait func(context.Context) error) Condition { return condition{what, wait} }

// Exists waits for a resource to be there and, if ready is given, to be ready.
func Exists[T any](st state.State, kind *resource.Kind[T], id cosi.ID, ready func(*T) bool) Condition {
	what := fmt.Sprintf("%s %q", kind.Type(), id)

	return condition{what, func(ctx context.Context) error {
		_, err := st.WatchFor(ctx, kind.Ref(id), state.WithPhases(cosi.PhaseRunning),
			state.WithCondition(func(r cosi.Resource) (bool, error) {
				if cosi.IsTombstone(r) {
					return false, nil
				}

				res, err := kind.Cast(r)
				if err != nil {
					return false, err
				}

				return ready == nil || ready(res.TypedSpec()), nil
			}))

		return err
	}}
}

// HasFile waits for a file.
func HasFile(path string) Condition {
	return condition{"file " + path, func(ctx context.Context) error {
		return poll(ctx, time.Second, func() bool {
			_, err := os.Lstat(path)

			return err == nil
		})
	}}
}

func poll(ctx context.Context, every time.Duration, ok func() bool) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()

	for !ok() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}

	return nil
}

// tellPause is how often at most a history says what is waited for: on a machine
// that boots, conditions come to hold by the dozen.
const tellPause = time.Second

// waitAll waits for all conditions and tells which do not hold yet when that
// changed.
func waitAll(ctx context.Context, needs []Condition, tell func(missing string)) error {
	type result struct {
		index int
		err   error
	}

	results := make(chan result, len(needs))
	missing := make([]string, len(needs))

	for i, need := range needs {
		missing[i] = need.String()

		go func() { results <- result{i, need.Wait(ctx)} }()
	}

	left := len(needs)

	// Conditions that hold already say so at once; do not mention them.
	timer := time.NewTimer(50 * time.Millisecond)
	defer timer.Stop()

	pending, armed := true, true

	for left > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			if armed = pending; pending {
				pending = false

				tell(joinNonEmpty(missing))
				timer.Reset(tellPause)
			}
		case r := <-results:
			if r.err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}

				return fmt.Errorf("wait for %s: %w", needs[r.index], r.err)
			}

			missing[r.index] = ""
			left--
			pending = true

			if !armed {
				armed = true

				timer.Reset(tellPause)
			}
		}
	}

	return nil
}

func joinNonEmpty(texts []string) string {
	var out []string

	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}

	return strings.Join(out, ", ")
}

// OnChange gives a Changed function that returns when a resource came, went, or
// differs from what it was at the start in a way that differs says.
func OnChange[T any](st state.State, kind *resource.Kind[T], id cosi.ID, differs func(before, now *T) bool) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		events := make(chan state.Event)

		if err := st.Watch(ctx, kind.Ref(id), events); err != nil {
			return "", err
		}

		var before *T

		// The first event is what there is now, or that there is nothing.
		for first := true; ; first = false {
			var (
				ev  state.Event
				now *T
			)

			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case ev = <-events:
			}

			switch ev.Type {
			case state.Errored:
				return "", ev.Error
			case state.Created, state.Updated:
				res, err := kind.Cast(ev.Resource)
				if err != nil {
					return "", err
				}

				if res.Metadata().Phase() == cosi.PhaseRunning {
					now = res.TypedSpec()
				}
			default: // gone
			}

			switch {
			case first:
				before = now
			case (before == nil) != (now == nil), now != nil && differs(before, now):
				return fmt.Sprintf("%s %q changed", kind.Type(), id), nil
			}
		}
	}
}

// AnyChange joins several Changed functions.
func AnyChange(fns ...func(context.Context) (string, error)) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()

		type result struct {
			reason string
			err    error
		}

		results := make(chan result, len(fns))

		for _, fn := range fns {
			go func() {
				reason, err := fn(ctx)
				results <- result{reason, err}
			}()
		}

		var errs []error

		for range fns {
			r := <-results
			if r.err == nil && r.reason != "" {
				return r.reason, nil
			}

			errs = append(errs, r.err)
		}

		return "", errors.Join(errs...)
	}
}
