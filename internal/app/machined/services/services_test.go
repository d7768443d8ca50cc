package services

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"
)

type nowhere struct{}

func (nowhere) Publish(string, proto.Message) {}

// script is a runner whose every life is a function.
type script struct {
	mu    sync.Mutex
	lives []func(ctx context.Context) error
	runs  int
}

func (*script) String() string { return "script" }

func (s *script) Run(ctx context.Context, up func(int)) error {
	s.mu.Lock()
	life := s.lives[min(s.runs, len(s.lives)-1)]
	s.runs++
	s.mu.Unlock()

	up(100 + s.runs)

	return life(ctx)
}

func forever(ctx context.Context) error {
	<-ctx.Done()

	return nil
}

func fails(context.Context) error { return errors.New("it broke") }

func history(t *testing.T, m *Manager, id string) string {
	t.Helper()

	i, err := m.Info(id)
	if err != nil {
		t.Fatal(err)
	}

	var out []string
	for _, e := range i.Events {
		out = append(out, fmt.Sprintf("%s: %s", e.State, e.Message))
	}

	return strings.Join(out, "\n")
}

func expect(t *testing.T, m *Manager, id, want string) {
	t.Helper()

	if got := history(t, m, id); got != strings.TrimSpace(want) {
		t.Errorf("%s: got:\n%s\nwant:\n%s", id, got, strings.TrimSpace(want))
	}
}

func TestAServiceWaitsForWhatItNeedsAndStopsBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nowhere{})
		var healthy atomic.Bool

		m.Load(
			Service{ID: "base", Runner: Fixed(&script{lives: []func(context.Context) error{forever}}), Health: func(context.Context) error {
				if !healthy.Load() {
					return errors.New("not yet")
				}

				return nil
			}},
			Service{ID: "top", After: []string{"base"}, Runner: Fixed(&script{lives: []func(context.Context) error{forever}})},
		)

		if err := m.Start("top", "base"); err != nil {
			t.Fatal(err)
		}

		time.Sleep(2 * time.Second)

		healthy.Store(true)

		time.Sleep(10 * time.Second)

		if err := m.Stop(t.Context(), "base"); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		expect(t, m, "base", `
Initialized: Declared
Preparing: Preparing
Starting: Starting script
Running: Running script with PID 101
Running: Health check failed: not yet
Running: Health check successful
Stopping: Stopping script
Finished: Stopped`)
		expect(t, m, "top", `
Initialized: Declared
Waiting: Waiting for service "base" to be up
Preparing: Preparing
Starting: Starting script
Running: Running script with PID 101
Stopping: Stopping script
Finished: Stopped`)
	})
}

func TestAServiceThatFailsIsStartedAgainLaterAndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nowhere{})
		m.Load(Service{ID: "x", Runner: Fixed(&script{lives: []func(context.Context) error{
			fails, func(context.Context) error { panic("oh") }, forever,
		}})})
		m.Start("x") //nolint:errcheck
		time.Sleep(1500 * time.Millisecond)

		got := history(t, m, "x")
		if !strings.Contains(got, "Waiting: Starting again in 1s after: it broke") || !strings.Contains(got, "Waiting: Starting again in 2s after: panic: oh") {
			t.Errorf("got:\n%s", got)
		}

		if i, _ := m.Info("x"); i.State != Waiting || i.PID != 0 {
			t.Errorf("got %+v", i)
		}

		time.Sleep(2 * time.Second)

		if i, _ := m.Info("x"); !i.Up() || i.PID != 103 {
			t.Errorf("got %+v", i)
		}

		m.Freeze()

		if err := m.Start("x"); !errors.Is(err, ErrFrozen) {
			t.Errorf("got %v", err)
		}

		m.StopAll(t.Context()) //nolint:errcheck
	})
}

func TestAServiceIsMadeAnewWhenItsSourceChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nowhere{})
		change := make(chan string)
		s := &script{lives: []func(context.Context) error{forever}}

		m.Load(Service{ID: "x", Runner: Fixed(s), Changed: func(ctx context.Context) (string, error) {
			select {
			case reason := <-change:
				return reason, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}})
		m.Start("x") //nolint:errcheck
		change <- "spec changed"
		synctest.Wait()

		if got := history(t, m, "x"); !strings.Contains(got, "Waiting: Starting again: spec changed") || s.runs != 2 {
			t.Errorf("%d runs, got:\n%s", s.runs, got)
		}

		m.StopAll(t.Context()) //nolint:errcheck
	})
}

func TestHistoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nowhere{})
		m.Load(Service{ID: "x", Runner: Fixed(&script{lives: []func(context.Context) error{fails}})})
		m.Start("x") //nolint:errcheck
		time.Sleep(20 * time.Minute)

		if i, _ := m.Info("x"); len(i.Events) != EventsKept {
			t.Errorf("%d events", len(i.Events))
		}

		m.StopAll(t.Context()) //nolint:errcheck
		expectUnknown(t, m)
	})
}

func expectUnknown(t *testing.T, m *Manager) {
	t.Helper()

	if err := m.Start("nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("start: got %v", err)
	}

	if err := m.Stop(t.Context(), "nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("stop: got %v", err)
	}
}
