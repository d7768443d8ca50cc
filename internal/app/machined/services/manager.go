package services

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/talos-os/talos/api/machine"
)

// EventsKept is the length of a service's history.
const EventsKept = 64

// Publisher takes events for the node's event stream.
type Publisher interface {
	Publish(actorID string, payload proto.Message)
}

// Errors of the manager.
var (
	ErrUnknown = errors.New("service is not known")
	ErrFrozen  = errors.New("no more services are started: the machine is going down")
)

// Manager runs services. It is safe for concurrent use.
type Manager struct {
	events Publisher

	mu      sync.Mutex
	order   []string
	units   map[string]*unit
	frozen  bool
	changed chan struct{}
	wakers  map[int]func()
	nextID  int
}

// NewManager makes a manager without services.
func NewManager(events Publisher) *Manager {
	return &Manager{events: events, units: map[string]*unit{}, changed: make(chan struct{}), wakers: map[int]func(){}}
}

// Load declares services. One that was declared before is replaced; if it runs
// it keeps running, and takes the new declaration when it is started again.
func (m *Manager) Load(services ...Service) {
	m.mu.Lock()
	defer m.mu.Unlock()

	for _, s := range services {
		if u := m.units[s.ID]; u != nil {
			u.service = s

			continue
		}

		u := &unit{manager: m, service: s, info: Info{ID: s.ID, Checked: s.Health != nil, Health: Health{Unknown: true}}}
		m.units[s.ID] = u
		m.order = append(m.order, s.ID)
		u.event(Initialized, "Declared")
	}
}

// Start starts services that do not run. It returns at once: what they need and
// whether they come up is seen in their history.
func (m *Manager) Start(ids ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()

	for _, id := range ids {
		u := m.units[id]

		switch {
		case u == nil:
			return fmt.Errorf("start %s: %w", id, ErrUnknown)
		case m.frozen:
			return fmt.Errorf("start %s: %w", id, ErrFrozen)
		case u.cancel != nil:
			continue
		}

		ctx, cancel := context.WithCancel(context.Background())
		u.cancel, u.done = cancel, make(chan struct{})
		u.info.Checked = u.service.Health != nil

		go u.run(ctx, u.service, u.done)
	}

	return nil
}

// Stop stops services and whatever of those that run cannot be without them,
// dependents first, and waits for them to end.
func (m *Manager) Stop(ctx context.Context, ids ...string) error {
	m.mu.Lock()

	for _, id := range ids {
		if m.units[id] == nil {
			m.mu.Unlock()

			return fmt.Errorf("stop %s: %w", id, ErrUnknown)
		}
	}

	waves := m.waves(m.withDependents(ids))
	m.mu.Unlock()

	var errs []error

	for _, wave := range waves {
		var wg sync.WaitGroup

		failed := make([]error, len(wave))

		for i, id := range wave {
			wg.Go(func() { failed[i] = m.stop(ctx, id) })
		}

		wg.Wait()

		errs = append(errs, failed...)
	}

	return errors.Join(errs...)
}

// StopAll stops every service, dependents first.
func (m *Manager) StopAll(ctx context.Context) error {
	m.mu.Lock()
	ids := slices.Clone(m.order)
	m.mu.Unlock()

	return m.Stop(ctx, ids...)
}

// Freeze refuses all later starts and restarts.
func (m *Manager) Freeze() {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.frozen = true
}

// Restart stops a service, but not its dependents, and starts it again.
func (m *Manager) Restart(ctx context.Context, id string) error {
	if err := m.stop(ctx, id); err != nil {
		return err
	}

	return m.Start(id)
}

func (m *Manager) stop(ctx context.Context, id string) error {
	m.mu.Lock()
	u := m.units[id]

	if u == nil {
		m.mu.Unlock()

		return fmt.Errorf("stop %s: %w", id, ErrUnknown)
	}

	cancel, done := u.cancel, u.done
	m.mu.Unlock()

	if cancel == nil {
		return nil
	}

	cancel()

	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop %s: %w", id, ctx.Err())
	}
}

// withDependents adds what depends on the services, directly or not.
func (m *Manager) withDependents(ids []string) map[string]bool {
	all := map[string]bool{}

	var add func(id string)

	add = func(id string) {
		if all[id] {
			return
		}

		all[id] = true

		for other, u := range m.units {
			if slices.Contains(u.service.After, id) {
				add(other)
			}
		}
	}

	for _, id := range ids {
		add(id)
	}

	return all
}

// waves orders services so that each comes before what it depends on.
func (m *Manager) waves(ids map[string]bool) [][]string {
	var waves [][]string

	left := maps.Clone(ids)

	for len(left) > 0 {
		var wave []string

		for id := range left {
			needed := false

			for other := range left {
				needed = needed || other != id && slices.Contains(m.units[other].service.After, id)
			}

			if !needed {
				wave = append(wave, id)
			}
		}

		if len(wave) == 0 { // a circle; better stopped in any order than never
			wave = slices.Collect(maps.Keys(left))
		}

		slices.Sort(wave)

		for _, id := range wave {
			delete(left, id)
		}

		waves = append(waves, wave)
	}

	return waves
}

// List tells about all services in the order they were declared.
func (m *Manager) List() []Info {
	m.mu.Lock()
	defer m.mu.Unlock()

	out := make([]Info, 0, len(m.order))
	for _, id := range m.order {
		out = append(out, m.units[id].snapshot())
	}

	return out
}

// Info tells about one service.
func (m *Manager) Info(id string) (Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	u := m.units[id]
	if u == nil {
		return Info{}, fmt.Errorf("service %q: %w", id, ErrUnknown)
	}

	return u.snapshot(), nil
}

// Controls tells what the API may ask of a service.
func (m *Manager) Controls(id string) (Controls, error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	u := m.units[id]
	if u == nil {
		return Controls{}, fmt.Errorf("service %q: %w", id, ErrUnknown)
	}

	return u.service.Controls, nil
}

// Up waits for a service to run and be healthy.
func (m *Manager) Up(id string) Condition {
	return m.when(fmt.Sprintf("service %q to be up", id), id, Info.Up)
}

// Down waits for a service to have ended.
func (m *Manager) Down(id string) Condition {
	return m.when(fmt.Sprintf("service %q to be down", id), id, func(i Info) bool {
		return i.State == Finished || i.State == Failed || i.State == Skipped || i.State == Initialized
	})
}

func (m *Manager) when(what, id string, holds func(Info) bool) Condition {
	return When(what, func(ctx context.Context) error {
		for {
			m.mu.Lock()
			u, changed := m.units[id], m.changed
			ok := u != nil && holds(u.info)
			m.mu.Unlock()

			if ok {
				return nil
			}

			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-changed:
			}
		}
	})
}

// OnChange calls notify after every change of a service, until the context ends.
func (m *Manager) OnChange(ctx context.Context, notify func()) error {
	m.mu.Lock()
	id := m.nextID
	m.nextID++
	m.wakers[id] = notify
	m.mu.Unlock()

	<-ctx.Done()

	m.mu.Lock()
	delete(m.wakers, id)
	m.mu.Unlock()

	return nil
}

// announce tells waiters and the event stream; the caller holds the lock.
func (m *Manager) announce(i Info, message string) {
	close(m.changed)
	m.changed = make(chan struct{})

	m.wake()
	m.events.Publish("", &machine.ServiceStateEvent{
		Service: i.ID,
		Action:  machine.ServiceStateEvent_Action(i.State),
		Message: message,
		Health: &machine.ServiceHealth{
			Unknown:     i.Health.Unknown,
			Healthy:     i.Health.Healthy,
			LastMessage: i.Health.Message,
			LastChange:  timestamp(i.Health.Since),
		},
	})
}

func (m *Manager) wake() {
	for _, wake := range m.wakers {
		wake()
	}
}

func (m *Manager) isFrozen() bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	return m.frozen
}

func timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}

	return timestamppb.New(t)
}
