// Package impact tells what a config change costs: nothing, the restart of a
// service, or a reboot.
//
// It is a pure function of the two configs and the only place that decides it:
// applying in auto mode, a dry run and a diff on the command line all ask here.
package impact

import (
	"slices"
	"strings"

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

// Change is one difference and what it takes.
type Change struct {
	config.Change

	Effect   Effect
	Services []string // what restarts
	Reason   string
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
	kind, _, _ := strings.Cut(c.Document, " ")

	key := kind
	if kind == config.MainKind {
		key = c.Path
	}

	// The longest prefix decides, so that a section can have exceptions.
	best := rule{effect: Reboot, reason: "not known to take effect on a running machine"}
	length := -1

	for _, r := range rules {
		if len(r.path) > length && (key == r.path || strings.HasPrefix(key, r.path+".") || strings.HasPrefix(key, r.path+"[")) {
			best, length = r, len(r.path)
		}
	}

	return best
}
