package parts

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// progress prints one line when a step starts, one every quarter of a minute
// while it lasts, and one with the time it took.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	begun time.Time
}

func newProgress(w io.Writer) *progress { return &progress{w: w, begun: time.Now()} }

func (p *progress) printf(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()

	fmt.Fprintf(p.w, "%6s  %s\n", clock(time.Since(p.begun)), fmt.Sprintf(format, args...))
}

// step is a piece of work that may take long.
type step struct {
	p     *progress
	name  string
	begun time.Time
	state atomic.Pointer[string]
	quit  chan struct{}
	once  sync.Once
}

const heartbeat = 15 * time.Second

func (p *progress) start(name, hint string) *step {
	s := &step{p: p, name: name, begun: time.Now(), quit: make(chan struct{})}

	if hint != "" {
		p.printf("%s: %s", name, hint)
	}

	go func() {
		t := time.NewTicker(heartbeat)
		defer t.Stop()

		for {
			select {
			case <-s.quit:
				return
			case <-t.C:
				what := ""
				if st := s.state.Load(); st != nil {
					what = ", " + *st
				}

				p.printf("%s: still at it after %s%s", name, clock(time.Since(s.begun)), what)
			}
		}
	}()

	return s
}

// at says how far the step is, for the next heartbeat.
func (s *step) at(format string, args ...any) {
	str := fmt.Sprintf(format, args...)
	s.state.Store(&str)
}

func (s *step) done(format string, args ...any) {
	s.once.Do(func() { close(s.quit) })

	if format != "" {
		s.p.printf("%s: %s in %s", s.name, fmt.Sprintf(format, args...), clock(time.Since(s.begun)))
	}
}

func clock(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}

	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}
