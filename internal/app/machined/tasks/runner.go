// Package tasks has the few ordered procedures of a machine's life: initialize,
// install, boot, reboot, shutdown, reset. Each is a table of phases of named
// tasks; clients follow them by these names in the event stream, so the names
// are part of the API.
//
// A task changes the world or waits for a status; decisions belong to
// controllers. What a task does is an edge given by the caller (Actions), which
// keeps the tables readable and testable.
package tasks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

// Task is one named step.
type Task struct {
	Name string
	Run  func(ctx context.Context) error
}

// Phase is a group of tasks that run side by side.
type Phase struct {
	Name  string
	Tasks []Task
	// Tolerate logs errors of this phase instead of ending the sequence: a
	// machine being reset must not stop half-way.
	Tolerate bool
}

// Sequence is a procedure: its phases run one after the other.
type Sequence struct {
	Name   string
	Phases []Phase
	// Preempts names sequences that this one may cancel and replace. Any other
	// sequence that is under way locks it out.
	Preempts []string
}

// ErrLocked means that another sequence is under way.
var ErrLocked = errors.New("another sequence is under way")

// ErrReset means that a reset was asked for that makes no sense on this machine.
var ErrReset = errors.New("reset refused")

// Publisher takes events for the event stream.
type Publisher interface {
	Publish(actorID string, payload proto.Message)
}

// Runner runs one sequence at a time. It is safe for concurrent use.
type Runner struct {
	events Publisher

	mu      sync.Mutex
	current string
	cancel  context.CancelFunc
	done    chan struct{}
}

// NewRunner makes a runner that reports to events.
func NewRunner(events Publisher) *Runner { return &Runner{events: events} }

// Current is the name of the sequence under way, or "".
func (r *Runner) Current() string {
	r.mu.Lock()
	defer r.mu.Unlock()

	return r.current
}

// Run runs a sequence to its end. It returns ErrLocked, after saying so in the
// event stream, when another one that it may not preempt is under way.
func (r *Runner) Run(ctx context.Context, actorID string, seq Sequence) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	done, err := r.acquire(ctx, seq, cancel)
	if err != nil {
		r.sequence(actorID, seq.Name, machine.SequenceEvent_NOOP, common.Code_LOCKED, err)

		return fmt.Errorf("%s: %w", seq.Name, err)
	}

	defer func() {
		r.mu.Lock()
		r.current, r.cancel, r.done = "", nil, nil
		r.mu.Unlock()
		close(done)
	}()

	started := time.Now()

	r.sequence(actorID, seq.Name, machine.SequenceEvent_START, 0, nil)
	slog.Info("sequence starts", "sequence", seq.Name)

	for _, p := range seq.Phases {
		if err = r.phase(ctx, actorID, p); err == nil {
			continue
		}

		err = fmt.Errorf("phase %s: %w", p.Name, err)

		if p.Tolerate && ctx.Err() == nil {
			slog.Warn("phase failed, going on", "sequence", seq.Name, "phase", p.Name, "error", err)

			continue
		}

		code := common.Code_FATAL
		if ctx.Err() != nil {
			code = common.Code_CANCELED
		}

		r.sequence(actorID, seq.Name, machine.SequenceEvent_NOOP, code, err)
		slog.Error("sequence failed", "sequence", seq.Name, "error", err)

		return fmt.Errorf("%s: %w", seq.Name, err)
	}

	r.sequence(actorID, seq.Name, machine.SequenceEvent_STOP, 0, nil)
	slog.Info("sequence is done", "sequence", seq.Name, "took", time.Since(started).Round(time.Millisecond))

	return nil
}

// acquire waits for a preempted sequence to let go.
func (r *Runner) acquire(ctx context.Context, seq Sequence, cancel context.CancelFunc) (chan struct{}, error) {
	for {
		r.mu.Lock()

		if r.current == "" {
			done := make(chan struct{})
			r.current, r.cancel, r.done = seq.Name, cancel, done
			r.mu.Unlock()

			return done, nil
		}

		if !slices.Contains(seq.Preempts, r.current) {
			err := fmt.Errorf("%w: %s", ErrLocked, r.current)
			r.mu.Unlock()

			return nil, err
		}

		slog.Info("sequence is preempted", "sequence", r.current, "by", seq.Name)
		r.cancel()
		done := r.done
		r.mu.Unlock()

		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (r *Runner) phase(ctx context.Context, actorID string, p Phase) error {
	r.events.Publish(actorID, &machine.PhaseEvent{Phase: p.Name, Action: machine.PhaseEvent_START})
	defer r.events.Publish(actorID, &machine.PhaseEvent{Phase: p.Name, Action: machine.PhaseEvent_STOP})

	errs := make([]error, len(p.Tasks))

	var wg sync.WaitGroup

	for i, t := range p.Tasks {
		wg.Go(func() {
			r.events.Publish(actorID, &machine.TaskEvent{Task: t.Name, Action: machine.TaskEvent_START})
			defer r.events.Publish(actorID, &machine.TaskEvent{Task: t.Name, Action: machine.TaskEvent_STOP})

			started := time.Now()

			if err := guarded(ctx, t); err != nil {
				errs[i] = fmt.Errorf("task %s: %w", t.Name, err)
			}

			slog.Debug("task is done", "task", t.Name, "took", time.Since(started), "error", errs[i])
		})
	}

	wg.Wait()

	return errors.Join(errs...)
}

// guarded keeps a task's panic from ending PID 1.
func guarded(ctx context.Context, t Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()

	return t.Run(ctx)
}

func (r *Runner) sequence(actorID, name string, action machine.SequenceEvent_Action, code common.Code, err error) {
	ev := &machine.SequenceEvent{Sequence: name, Action: action}

	if err != nil {
		ev.Error = &common.Error{Code: code, Message: err.Error()}
	}

	r.events.Publish(actorID, ev)
}
