// Package denial counts and logs refused callers.
//
// Whoever can reach a port can be refused as often as they like, so refusals are
// logged once per cause and interval, with the number of those left out. A cause
// is one of the few fixed texts of our own code and never anything a caller sent,
// which keeps the table small.
package denial

import (
	"log/slog"
	"maps"
	"sync"
	"time"
)

// Interval is the shortest time between two log lines of one cause.
const Interval = time.Minute

// Log counts refusals by cause. A nil Log drops them.
type Log struct {
	logger *slog.Logger
	now    func() time.Time

	mu     sync.Mutex
	causes map[string]*cause
}

type cause struct {
	total  uint64
	silent uint64
	logged time.Time
}

// New returns an empty log that writes to logger.
func New(logger *slog.Logger) *Log {
	return &Log{logger: logger, now: time.Now, causes: map[string]*cause{}}
}

// Add records a refusal. The attributes are only used if it is logged.
func (l *Log) Add(why, from string, attrs ...any) {
	if l == nil {
		return
	}

	now := l.now()

	l.mu.Lock()

	c := l.causes[why]
	if c == nil {
		c = &cause{}
		l.causes[why] = c
	}

	c.total++

	if !c.logged.IsZero() && now.Sub(c.logged) < Interval {
		c.silent++
		l.mu.Unlock()

		return
	}

	total, silent := c.total, c.silent
	c.silent, c.logged = 0, now

	l.mu.Unlock()

	l.logger.Warn("caller refused", append([]any{"cause", why, "from", from, "total", total, "unlogged", silent}, attrs...)...)
}

// Counts returns the number of refusals per cause since start.
func (l *Log) Counts() map[string]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()

	counts := make(map[string]uint64, len(l.causes))

	for why, c := range maps.All(l.causes) {
		counts[why] = c.total
	}

	return counts
}
