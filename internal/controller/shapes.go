package controller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"go.uber.org/zap"
)

// Derive makes state from state.
type Derive[V any] struct {
	Name    string
	Inputs  []cosi.Input
	Outputs []cosi.Output
	// Observe reads what Plan needs into one value. Resources being torn down
	// should be left out (see Running). It must not block.
	Observe func(ctx context.Context, r cosi.Reader) (V, error)
	// Plan names every resource that shall exist; outputs of earlier rounds
	// that are not named again are removed.
	Plan func(view V) ([]Item, error)
}

// Build gives the controller to the engine.
func (d Derive[V]) Build() Controller {
	m := meta{d.Name, d.Inputs, d.Outputs}

	return runner{m, func(ctx context.Context, rt cosi.Runtime) error {
		out := newOutputs(m)

		return m.loop(ctx, rt, nil, func() (time.Time, error) {
			leaving, err := m.hold(ctx, rt)
			if err != nil {
				return time.Time{}, err
			}

			view, err := d.Observe(ctx, rt)
			if err != nil {
				return time.Time{}, fmt.Errorf("observe: %w", err)
			}

			items, err := d.Plan(view)
			if err != nil {
				return time.Time{}, fmt.Errorf("plan: %w", err)
			}

			out.begin()

			for _, i := range items {
				if err = out.write(ctx, rt, i); err != nil {
					return time.Time{}, err
				}
			}

			if err = out.finish(ctx, rt); err != nil {
				return time.Time{}, err
			}

			return time.Time{}, m.release(ctx, rt, leaving)
		})
	}}
}

// Writer is how Apply reports what it found and did.
type Writer struct {
	ctx context.Context
	rt  cosi.Runtime
	out *outputs
	// Log carries the controller's name.
	Log *slog.Logger
}

// Want writes a resource now. Resources of earlier rounds that are not wanted
// again are removed when Apply returned nil.
func (w *Writer) Want(i Item) error { return w.out.write(w.ctx, w.rt, i) }

// Reconcile makes the world outside follow state.
type Reconcile[V, P any] struct {
	Name    string
	Inputs  []cosi.Input
	Outputs []cosi.Output
	// Wake tells about changes outside; optional.
	Wake Waker
	// Observe reads the wanted state and what is, into one value.
	Observe func(ctx context.Context, r cosi.Reader) (V, error)
	// Plan compares. A plan may have a method CheckAgainAt() time.Time to ask
	// for another round at the latest then; zero means on events only.
	Plan func(view V) P
	// Apply carries the plan out, item by item, keeps going after an error and
	// joins what failed. It writes the statuses also of what failed: only after
	// a round without error are outputs that were not wanted again removed and
	// strong inputs let go.
	Apply func(ctx context.Context, w *Writer, plan P) error
}

// Build gives the controller to the engine.
func (c Reconcile[V, P]) Build() Controller {
	m := meta{c.Name, c.Inputs, c.Outputs}

	return runner{m, func(ctx context.Context, rt cosi.Runtime) error {
		out := newOutputs(m)
		log := m.logger()

		return m.loop(ctx, rt, c.Wake, func() (time.Time, error) {
			leaving, err := m.hold(ctx, rt)
			if err != nil {
				return time.Time{}, err
			}

			view, err := c.Observe(ctx, rt)
			if err != nil {
				return time.Time{}, fmt.Errorf("observe: %w", err)
			}

			plan := c.Plan(view)

			if log.Enabled(ctx, slog.LevelDebug) {
				log.Debug("plan", "plan", fmt.Sprint(plan))
			}

			out.begin()

			if err = c.Apply(ctx, &Writer{ctx, rt, out, log}, plan); err != nil {
				return time.Time{}, err
			}

			if err = out.finish(ctx, rt); err != nil {
				return time.Time{}, err
			}

			if err = m.release(ctx, rt, leaving); err != nil {
				return time.Time{}, err
			}

			return checkAgain(plan), nil
		})
	}}
}

func checkAgain(plan any) time.Time {
	if p, ok := plan.(interface{ CheckAgainAt() time.Time }); ok {
		return p.CheckAgainAt()
	}

	return time.Time{}
}

// Source turns the world outside into a status.
type Source struct {
	Name    string
	Inputs  []cosi.Input
	Outputs []cosi.Output
	// Wake tells about changes outside; optional.
	Wake Waker
	// Every asks for a round at least this often; zero for events only. Think
	// of the idle budget before setting it.
	Every time.Duration
	// Read names everything there is; what an earlier round named and this one
	// does not is removed.
	Read func(ctx context.Context, r cosi.Reader) ([]Item, error)
}

// Build gives the controller to the engine.
func (s Source) Build() Controller {
	m := meta{s.Name, s.Inputs, s.Outputs}

	return runner{m, func(ctx context.Context, rt cosi.Runtime) error {
		out := newOutputs(m)

		return m.loop(ctx, rt, s.Wake, func() (time.Time, error) {
			items, err := s.Read(ctx, rt)
			if err != nil {
				return time.Time{}, fmt.Errorf("read: %w", err)
			}

			out.begin()

			for _, i := range items {
				if err = out.write(ctx, rt, i); err != nil {
					return time.Time{}, err
				}
			}

			if err = out.finish(ctx, rt); err != nil {
				return time.Time{}, err
			}

			if s.Every > 0 {
				return time.Now().Add(s.Every), nil
			}

			return time.Time{}, nil
		})
	}}
}

// Task owns its goroutine: Run returns when the context ends, or with an error
// to be started again after a backoff.
type Task struct {
	Name    string
	Inputs  []cosi.Input
	Outputs []cosi.Output
	Run     func(ctx context.Context, rt cosi.Runtime, log *slog.Logger) error
}

// Build gives the controller to the engine.
func (t Task) Build() Controller {
	m := meta{t.Name, t.Inputs, t.Outputs}

	return runner{m, func(ctx context.Context, rt cosi.Runtime) error { return t.Run(ctx, rt, m.logger()) }}
}

type runner struct {
	meta
	run func(ctx context.Context, rt cosi.Runtime) error
}

var _ Controller = runner{}

func (r runner) Name() string           { return r.name }
func (r runner) Inputs() []cosi.Input   { return r.inputs }
func (r runner) Outputs() []cosi.Output { return r.outputs }

func (r runner) Run(ctx context.Context, rt cosi.Runtime, _ *zap.Logger) error {
	err := r.run(ctx, rt)
	if err != nil && !errors.Is(err, context.Canceled) {
		r.logger().Warn("controller failed, will retry", "error", err)
	}

	return err
}
