// Package impact tells what a config change costs: nothing, the restart of a
// service, or a reboot.
//
// It is a pure function of the two configs and the only place that decides it:
// applying in auto mode, a dry run and a diff on the command line all ask here.
package impact

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// Effect is what has to happen for a change to take effect, worst last.
type Effect int

// The effects.
const (
	Live    Effect = iota // controllers take it over by themselves
	Restart               // services are restarted, the machine keeps running
	Reboot                // takes effect at the next boot
)

// String names the effect.
func (e Effect) String() string {
	switch e {
	case Live:
		return "live"
	case Restart:
		return "restart"
	}

	return "reboot"
}

// MarshalText is the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Change is one difference and what it takes.
type Change struct {
	config.Change

	Effect   Effect   `json:"effect"`
	Services []string `json:"services,omitempty"` // what restarts
	Reason   string   `json:"reason"`
}

// Report is what applying a config would do.
type Report struct {
	Changes []Change
}

// Between compares the config a machine runs with the one it should run. A nil
// old config is a machine without one: everything takes effect as it boots.
func Between(old, next *config.Config) Report {
	var r Report

	if old == nil {
		return r
	}

	for _, c := range config.DiffEffective(old, next) {
		rule := find(c)
		r.Changes = append(r.Changes, Change{Change: c, Effect: rule.effect, Services: rule.services, Reason: rule.reason})
	}

	return r
}

// Effect is the worst effect of all changes.
func (r Report) Effect() Effect {
	worst := Live
	for _, c := range r.Changes {
		worst = max(worst, c.Effect)
	}

	return worst
}

// Services lists what restarts.
func (r Report) Services() []string {
	var out []string

	for _, c := range r.Changes {
		for _, s := range c.Services {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}

	slices.Sort(out)

	return out
}

// Reasons lists why a reboot is needed, one line per change that needs it.
func (r Report) Reasons() []string {
	var out []string

	for _, c := range r.Changes {
		if c.Effect == Reboot {
			out = append(out, c.Document+" "+c.Path+": "+c.Reason)
		}
	}

	return out
}

// String is the report as a person reads it, one change a line.
func (r Report) String() string {
	var b strings.Builder

	for _, c := range r.Changes {
		b.WriteString(c.Change.String() + "  [" + c.Effect.String())

		if len(c.Services) > 0 {
			b.WriteString(": " + strings.Join(c.Services, ", "))
		}

		b.WriteString("]\n")
	}

	return b.String()
}

func find(c config.Change) rule {
	key := segments(c.Path)
	if c.Document != config.MainKind {
		kind, _, _ := strings.Cut(c.Document, " ")
		key = append([]string{kind}, key...)
	}

	// The longest path decides, so that a section can have exceptions.
	best := rule{effect: Reboot, reason: unknown}
	length := -1

	for i, path := range paths() {
		if len(path) > length && leads(path, key) {
			best, length = rules[i], len(path)
		}
	}

	return best
}

var paths = sync.OnceValue(func() [][]string {
	out := make([][]string, len(rules))
	for i, r := range rules {
		out[i] = segments(r.path)
	}

	return out
})

const unknown = "not known to take effect on a running machine"

// leads says whether a path is the beginning of another.
func leads(path, to []string) bool {
	if len(path) > len(to) {
		return false
	}

	for i, s := range path {
		if s != "*" && s != to[i] {
			return false
		}
	}

	return true
}

// segments takes a path apart: a.b["c.d"][0] has a, b, c.d and 0.
func segments(path string) []string {
	var out []string

	for path != "" {
		if path[0] != '[' {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}

			out, path = append(out, path[:end]), strings.TrimPrefix(path[end:], ".")

			continue
		}

		inside := path[1:]

		if quoted, err := strconv.QuotedPrefix(inside); err == nil {
			key, _ := strconv.Unquote(quoted) //nolint:errcheck // it is quoted
			out, path = append(out, key), strings.TrimPrefix(strings.TrimPrefix(inside[len(quoted):], "]"), ".")

			continue
		}

		index, rest, _ := strings.Cut(inside, "]")
		out, path = append(out, index), strings.TrimPrefix(rest, ".")
	}

	return out
}
