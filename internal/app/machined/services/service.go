// Package services runs what a node consists of besides PID 1, and keeps it running.
//
// A service is a value: what to run, what must hold before, how to tell that it
// works. What every service may expect from PID 1:
//
//   - It is started when everything in Needs holds, after Prepare. Both are
//     looked at again for every start.
//   - Its output goes to the log of its name. It has no standard input.
//   - It runs in its own control group, session and, where it can, as its own
//     user, and can never load kernel modules or reboot the machine.
//   - To stop it gets SIGTERM and, when its time is over, SIGKILL.
//   - When it ends by itself it is started again, after a pause that doubles from
//     one second to half a minute and is forgotten after a good run. Why it ended
//     is in its history, which clients see.
//   - When something it was made from changes (Changed), it is stopped and made anew.
package services

import (
	"context"
	"fmt"
	"time"
)

// State of a service. The numbers and names are part of the API.
type State int

// The states of a service.
const (
	Initialized State = iota
	Preparing
	Waiting
	Running
	Stopping
	Finished
	Failed
	Skipped
	Starting
)

func (s State) String() string {
	names := [...]string{"Initialized", "Preparing", "Waiting", "Running", "Stopping", "Finished", "Failed", "Skipped", "Starting"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("State(%d)", int(s))
	}

	return names[s]
}

// Runner is how a service runs.
type Runner interface {
	// Run calls up with the process's ID, 0 for none, when the service has
	// started. It returns when the service ended, or, after stopping it, when
	// the context did; in that case the error says whether that went well.
	Run(ctx context.Context, up func(pid int)) error
	// String names the process or container for the service's history.
	String() string
}

// Controls is what the API may ask of a service.
type Controls struct{ Start, Stop, Restart bool }

// Service is a service's declaration.
type Service struct {
	ID string
	// After are the services this one cannot be without: it starts when they
	// are up, and stops before they do.
	After []string
	// Needs are further conditions for starting.
	Needs []Condition
	// Prepare makes what the service expects to find; optional.
	Prepare func(ctx context.Context) error
	// Runner is asked for after Prepare, so that it can depend on state.
	Runner func(ctx context.Context) (Runner, error)
	// Started runs when the service has; it counts as up only afterwards. Optional.
	Started func(ctx context.Context) error
	// Health says whether a running service works; without it nobody knows.
	Health func(ctx context.Context) error
	// HealthTiming is DefaultTiming where it is zero.
	HealthTiming Timing
	// Changed returns why a running service has to be made anew, or when the
	// context ends; optional.
	Changed func(ctx context.Context) (reason string, err error)
	// Once leaves a service that ended by itself alone.
	Once     bool
	Controls Controls
}

// Timing of health checks.
type Timing struct{ InitialDelay, Period, Timeout time.Duration }

// DefaultTiming suits services that answer from memory.
var DefaultTiming = Timing{InitialDelay: time.Second, Period: 5 * time.Second, Timeout: 500 * time.Millisecond}

// Fixed gives a runner that depends on nothing.
func Fixed(r Runner) func(context.Context) (Runner, error) {
	return func(context.Context) (Runner, error) { return r, nil }
}

// Builtin is a runner for what is part of this process.
type Builtin struct{}

// Run waits for the context to end.
func (Builtin) Run(ctx context.Context, up func(int)) error {
	up(0)
	<-ctx.Done()

	return nil
}

func (Builtin) String() string { return "part of PID 1" }

// Health is what is known about a service's health.
type Health struct {
	Unknown, Healthy bool
	Message          string
	Since            time.Time
}

// Event is an entry of a service's history.
type Event struct {
	State   State
	Message string
	At      time.Time
}

// Info is what is known about a service.
type Info struct {
	ID     string
	State  State
	Health Health
	Events []Event
	PID    int
	// Checked says that the service has health checks.
	Checked bool
}

// Up says that dependents may start: it runs, and is healthy if that can be known.
func (i Info) Up() bool {
	return i.State == Running && (!i.Checked || i.Health.Healthy)
}
