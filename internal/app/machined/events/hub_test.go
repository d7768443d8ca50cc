package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/events"
)

func publish(h *events.Hub, actor string, names ...string) {
	for _, name := range names {
		h.Publish(actor, &machine.TaskEvent{Task: name})
	}
}

// follow reads what there is and stops when it would have to wait.
func follow(t *testing.T, h *events.Hub, o events.Options) (names []string, last events.Event) {
	t.Helper()

	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()

	err := h.Follow(ctx, o, func(e events.Event) error {
		var m machine.TaskEvent

		if url := e.Payload.GetTypeUrl(); url != "talos/runtime/machine.TaskEvent" {
			return fmt.Errorf("type URL %q", url)
		}

		names, last = append(names, m.GetTask()), e

		if err := proto.Unmarshal(e.Payload.GetValue(), &m); err != nil {
			return err
		}

		names[len(names)-1] = m.GetTask()

		return nil
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("follow: %v", err)
	}

	return names, last
}

func TestWhereReadersStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := events.NewHub()

		publish(h, "", "a")
		time.Sleep(10 * time.Second)
		publish(h, "me", "b")

		_, b := follow(t, h, events.Options{TailEvents: 1})

		time.Sleep(10 * time.Second)
		publish(h, "", "c")

		for _, tt := range []struct {
			name string
			o    events.Options
			want string
		}{
			{"only what comes", events.Options{}, ""},
			{"some", events.Options{TailEvents: 2}, "b c"},
			{"more than there are", events.Options{TailEvents: 20}, "a b c"},
			{"all", events.Options{TailEvents: -1}, "a b c"},
			{"after an id", events.Options{TailID: b.ID.String()}, "c"},
			{"of a time", events.Options{TailFor: 20 * time.Second}, "b c"},
			{"of one actor", events.Options{TailEvents: -1, ActorID: "me"}, "b"},
		} {
			if got, _ := follow(t, h, tt.o); strings.Join(got, " ") != tt.want {
				t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
			}
		}
	})
}

func TestMixedOrBadStartsAreRefused(t *testing.T) {
	h := events.NewHub()

	if err := h.Follow(t.Context(), events.Options{TailEvents: 1, TailFor: time.Second}, nil); !errors.Is(err, events.ErrTail) {
		t.Errorf("got %v", err)
	}

	if err := h.Follow(t.Context(), events.Options{TailID: "nonsense"}, nil); err == nil {
		t.Error("no error for an id that is none")
	}
}

func TestHistoryIsBoundedAndReadersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := events.NewHub()

		for i := range events.Kept + 5 {
			publish(h, "", fmt.Sprint(i))
		}

		got, _ := follow(t, h, events.Options{TailEvents: -1})
		if len(got) != events.Kept || got[0] != "5" {
			t.Errorf("got %d events from %s on", len(got), got[0])
		}

		ctx, cancel := context.WithCancel(t.Context())
		seen := make(chan string)

		go h.Follow(ctx, events.Options{}, func(e events.Event) error { //nolint:errcheck // ends with the context
			seen <- e.ActorID

			return nil
		})

		synctest.Wait()
		publish(h, "later", "x")

		if got := <-seen; got != "later" {
			t.Errorf("got %q", got)
		}

		cancel()
	})
}
