package services

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"
)

// Pauses before a service that ended by itself is started again.
const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
	// goodRun is how long a service has to have run for its failures to be forgotten.
	goodRun = time.Minute
)

// unit is a service with its life. Fields are guarded by the manager's lock.
type unit struct {
	manager *Manager
	service Service
	info    Info
	// cancel and done are nil while nobody wants it to run.
	cancel context.CancelFunc
	done   chan struct{}
}

func (u *unit) snapshot() Info {
	i := u.info
	i.Events = slices.Clone(i.Events)

	return i
}

// event records a state; the caller holds the lock.
func (u *unit) event(s State, message string) {
	if n := len(u.info.Events); n > 0 && u.info.Events[n-1].State == s && u.info.Events[n-1].Message == message {
		return
	}

	if s != Running {
		u.info.Health = Health{Unknown: true}
		u.info.PID = 0
	}

	u.info.State = s
	u.info.Events = append(u.info.Events, Event{s, message, time.Now()})

	if over := len(u.info.Events) - EventsKept; over > 0 {
		u.info.Events = slices.Delete(u.info.Events, 0, over)
	}

	u.manager.announce(u.info, message)
}

func (u *unit) tell(s State, format string, args ...any) {
	u.manager.mu.Lock()
	defer u.manager.mu.Unlock()

	u.event(s, fmt.Sprintf(format, args...))
}

// run keeps the service running until the context ends.
func (u *unit) run(ctx context.Context, s Service, done chan struct{}) {
	final, message := u.keep(ctx, s)

	u.manager.mu.Lock()
	u.cancel = nil
	u.event(final, message)
	u.manager.mu.Unlock()

	close(done)
}

func (u *unit) keep(ctx context.Context, s Service) (State, string) {
	pause := firstPause
	log := slog.With("service", s.ID)

	for {
		started := time.Now()
		err := u.once(ctx, s)

		if ctx.Err() != nil {
			if err != nil && !errors.Is(err, context.Canceled) {
				log.Warn("service did not stop well", "error", err)

				return Failed, fmt.Sprintf("Stopped, but not well: %v", err)
			}

			return Finished, "Stopped"
		}

		var changed *changedError

		switch {
		case errors.As(err, &changed):
			u.tell(Waiting, "Starting again: %s", changed.reason)

			continue
		case s.Once && err == nil:
			return Finished, "Ended"
		case s.Once:
			log.Error("service failed", "error", err)

			return Failed, fmt.Sprintf("Failed: %v", err)
		}

		if u.manager.isFrozen() {
			return Failed, fmt.Sprintf("Ended while the machine is going down: %v", err)
		}

		if time.Since(started) > goodRun {
			pause = firstPause
		}

		if err == nil {
			err = errors.New("it ended by itself")
		}

		log.Warn("service failed, will start it again", "error", err, "after", pause)
		u.tell(Waiting, "Starting again in %s after: %v", pause, err)

		select {
		case <-ctx.Done():
			return Finished, "Stopped"
		case <-time.After(pause):
		}

		pause = min(2*pause, lastPause)
	}
}

type changedError struct{ reason string }

func (e *changedError) Error() string { return e.reason }

// once takes the service through one life.
func (u *unit) once(ctx context.Context, s Service) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()

	needs := make([]Condition, 0, len(s.After)+len(s.Needs))
	for _, id := range s.After {
		needs = append(needs, u.manager.Up(id))
	}

	needs = append(needs, s.Needs...)

	if err = waitAll(ctx, needs, func(missing string) { u.tell(Waiting, "Waiting for %s", missing) }); err != nil {
		return err
	}

	// This context ends the run; the outer one says that it is for good. Changes
	// count from before the service is made.
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	if s.Changed != nil {
		go u.watchChanges(running, s, stop)
	}

	err = u.live(running, s)

	var changed *changedError
	if errors.As(context.Cause(running), &changed) && ctx.Err() == nil {
		return changed
	}

	return err
}

func (u *unit) live(ctx context.Context, s Service) error {
	u.tell(Preparing, "Preparing")

	ctx = context.WithValue(ctx, reportKey{}, func(message string) { u.tell(Preparing, "%s", message) })

	if s.Prepare != nil {
		if err := s.Prepare(ctx); err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
	}

	runner, err := s.Runner(ctx)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}

	u.tell(Starting, "Starting %s", runner)

	return u.supervise(ctx, s, runner)
}

type reportKey struct{}

// Report says in a service's history what its preparation is at.
func Report(ctx context.Context, message string) {
	if report, ok := ctx.Value(reportKey{}).(func(string)); ok {
		report(message)
	}
}

// supervise runs the runner and says when it is being stopped: before it ends,
// and not at all when it ends by itself.
func (u *unit) supervise(ctx context.Context, s Service, runner Runner) error {
	stopping := func() { u.tell(Stopping, "Stopping %s", runner) }
	told := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		stopping()
		close(told)
	})

	defer func() {
		if !quiet() {
			<-told
		} else if ctx.Err() != nil {
			stopping()
		}
	}()

	return runner.Run(ctx, func(pid int) { u.started(ctx, s, runner, pid) })
}

func (u *unit) watchChanges(ctx context.Context, s Service, stop context.CancelCauseFunc) {
	reason, err := s.Changed(ctx)

	switch {
	case ctx.Err() != nil:
	case err != nil:
		slog.Warn("cannot watch what a service is made from", "service", s.ID, "error", err)
	default:
		stop(&changedError{reason})
	}
}

func (u *unit) started(ctx context.Context, s Service, r Runner, pid int) {
	u.manager.mu.Lock()
	u.info.PID = pid
	u.manager.wake()
	u.manager.mu.Unlock()

	up := func() {
		u.manager.mu.Lock()
		defer u.manager.mu.Unlock()

		if ctx.Err() != nil {
			return
		}

		message := "Running " + r.String()
		if pid != 0 {
			message += fmt.Sprintf(" with PID %d", pid)
		}

		u.event(Running, message)

		if s.Health != nil {
			go u.check(ctx, s)
		}
	}

	if s.Started == nil {
		up()

		return
	}

	go func() {
		if err := s.Started(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("service started, but what belongs to it went wrong", "service", s.ID, "error", err)
		}

		up()
	}()
}

// soon is the pause before a service that was not well is looked at again. It
// doubles up to the usual period: others wait for this one, and most become well
// within seconds.
const soon = 500 * time.Millisecond

// check looks at the service's health until the context ends.
func (u *unit) check(ctx context.Context, s Service) {
	t := s.HealthTiming
	if t == (Timing{}) {
		t = DefaultTiming
	}

	timer := time.NewTimer(t.InitialDelay)
	defer timer.Stop()

	pause := soon

	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}

		probe, cancel := context.WithTimeout(ctx, t.Timeout)
		err := s.Health(probe)

		cancel()

		if ctx.Err() != nil {
			return
		}

		u.health(ctx, err)

		if err == nil {
			pause = soon

			timer.Reset(t.Period)

			continue
		}

		timer.Reset(min(pause, t.Period))
		pause *= 2
	}
}

func (u *unit) health(ctx context.Context, err error) {
	u.manager.mu.Lock()
	defer u.manager.mu.Unlock()

	h := Health{Healthy: err == nil}
	if err != nil {
		h.Message = err.Error()
	}

	was := u.info.Health
	if ctx.Err() != nil || u.info.State != Running || !was.Unknown && was.Healthy == h.Healthy && was.Message == h.Message {
		return
	}

	h.Since = time.Now()
	message := "Health check successful"

	if was.Healthy == h.Healthy {
		h.Since = was.Since // only the reason is another
	}

	if h.Since.IsZero() {
		h.Since = time.Now()
	}

	if !h.Healthy {
		message = "Health check failed: " + h.Message
	}

	u.info.Health = h
	u.event(Running, message)
}
