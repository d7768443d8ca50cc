// Package events keeps the node's recent events and hands them to whoever
// follows them: API clients and, later, an event sink.
//
// Events are for people and for tools that wait for a requested action to end;
// nothing inside the node acts on them, state is for that.
package events

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/xid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Kept is how many events are remembered.
const Kept = 1000

// URLPrefix is what type URLs of events start with.
const URLPrefix = "talos/runtime/"

// Event is one thing that happened. It is shared by all readers: do not change it.
type Event struct {
	ID      xid.ID
	ActorID string
	Payload *anypb.Any
}

// Hub is a bounded history of events that can be followed. Make it with NewHub.
type Hub struct {
	mu sync.Mutex
	// ring holds the newest events; event number n is at n%Kept.
	ring [Kept]Event
	// next is the number of the event to come.
	next uint64
	// changed is closed and replaced when an event comes in.
	changed chan struct{}
}

// NewHub makes an empty hub.
func NewHub() *Hub { return &Hub{changed: make(chan struct{})} }

// Publish adds an event. ActorID joins the events of one requested action and
// is empty for what the node does on its own.
func (h *Hub) Publish(actorID string, payload proto.Message) {
	value, err := proto.Marshal(payload)
	if err != nil {
		// Only invalid UTF-8 gets here; an event that names it beats none.
		value = nil
	}

	url := URLPrefix + string(payload.ProtoReflect().Descriptor().FullName())

	h.mu.Lock()
	defer h.mu.Unlock()

	h.ring[h.next%Kept] = Event{ID: xid.New(), ActorID: actorID, Payload: &anypb.Any{TypeUrl: url, Value: value}}
	h.next++

	close(h.changed)
	h.changed = make(chan struct{})
}

// Options say where in the history to start. At most one of the Tail fields is set.
type Options struct {
	// TailEvents are so many old events; negative means all that are kept.
	TailEvents int
	// TailID are the events after this one; all that are kept if it is forgotten.
	TailID string
	// TailFor are the events of this last time.
	TailFor time.Duration
	// ActorID leaves out events of other actors.
	ActorID string
}

// ErrTail means that the ways to choose a start were mixed.
var ErrTail = errors.New("tail by number, by id and by time exclude each other")

// Follow calls yield for every event from the chosen start on, until yield
// fails or the context ends. A reader slower than the node loses the oldest
// events, never the newest.
func (h *Hub) Follow(ctx context.Context, o Options, yield func(Event) error) error {
	pos, err := h.start(o)
	if err != nil {
		return err
	}

	var batch []Event

	for {
		var changed <-chan struct{}

		batch, pos, changed = h.read(batch[:0], pos)

		for _, e := range batch {
			if o.ActorID != "" && e.ActorID != o.ActorID {
				continue
			}

			if err = yield(e); err != nil {
				return err
			}
		}

		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

func (h *Hub) read(batch []Event, pos uint64) ([]Event, uint64, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()

	for pos = max(pos, h.oldest()); pos < h.next; pos++ {
		batch = append(batch, h.ring[pos%Kept])
	}

	return batch, pos, h.changed
}

func (h *Hub) oldest() uint64 {
	if h.next > Kept {
		return h.next - Kept
	}

	return 0
}

func (h *Hub) start(o Options) (uint64, error) {
	set := 0

	for _, given := range []bool{o.TailEvents != 0, o.TailID != "", o.TailFor != 0} {
		if given {
			set++
		}
	}

	if set > 1 {
		return 0, ErrTail
	}

	h.mu.Lock()
	defer h.mu.Unlock()

	oldest := h.oldest()

	switch {
	case o.TailEvents < 0:
		return oldest, nil
	case o.TailEvents > 0:
		if n := uint64(o.TailEvents); n < h.next-oldest {
			return h.next - n, nil
		}

		return oldest, nil
	case o.TailID != "":
		id, err := xid.FromString(o.TailID)
		if err != nil {
			return 0, fmt.Errorf("tail id %q: %w", o.TailID, err)
		}

		return h.search(func(e Event) bool { return e.ID.Compare(id) > 0 }), nil
	case o.TailFor != 0:
		// Ids carry whole seconds.
		since := time.Now().Add(-o.TailFor)

		return h.search(func(e Event) bool { return !e.ID.Time().Before(since.Truncate(time.Second)) }), nil
	default:
		return h.next, nil
	}
}

// search finds the first kept event for which after holds; it holds for all later ones.
func (h *Hub) search(after func(Event) bool) uint64 {
	low, high := h.oldest(), h.next

	for low < high {
		mid := (low + high) / 2

		if after(h.ring[mid%Kept]) {
			high = mid
		} else {
			low = mid + 1
		}
	}

	return low
}
