// Package logs keeps what services print.
//
// Every service has one bounded buffer that outlives its restarts; the oldest
// text is overwritten. Nothing is written to disk: logs are to be shipped, and
// a node's disk must not fill because a service is chatty.
package logs

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrUnknown means that no service of that name ever logged.
var ErrUnknown = errors.New("log is not known")

// Manager has the logs by service.
type Manager struct {
	mu   sync.Mutex
	logs map[string]*Log
}

// NewManager makes a manager without logs.
func NewManager() *Manager { return &Manager{logs: map[string]*Log{}} }

// Open returns a service's log for writing, a new one the first time.
func (m *Manager) Open(id string) *Log {
	m.mu.Lock()
	defer m.mu.Unlock()

	l := m.logs[id]
	if l == nil {
		l = newLog()
		m.logs[id] = l
	}

	return l
}

// Find returns a service's log for reading.
func (m *Manager) Find(id string) (*Log, error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	l := m.logs[id]
	if l == nil {
		return nil, fmt.Errorf("log %q: %w", id, ErrUnknown)
	}

	return l, nil
}

// Names lists the services that have a log.
func (m *Manager) Names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()

	names := make([]string, 0, len(m.logs))
	for name := range m.logs {
		names = append(names, name)
	}

	slices.Sort(names)

	return names
}
