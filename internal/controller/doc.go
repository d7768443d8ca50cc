// Package controller has the four shapes that nearly every controller of the
// node takes, over github.com/cosi-project/runtime's controller engine:
//
//   - [Derive]: state to state. Observe reads, Plan decides, the rest is here.
//   - [Reconcile]: state to the world outside (kernel, disk, API server). Observe
//     reads both, Plan compares them, Apply acts and reports.
//   - [Source]: the world outside becomes a status.
//   - [Task]: owns a goroutine of its own; rare.
//
// A shape owns the loop: waking up, finalizers on its strong inputs, writing
// outputs, and removing outputs that were not wanted again. An error returned
// by any function ends the round; the engine restarts the controller with an
// exponential backoff, and a later good round resets it.
//
// Plan functions get no context, store, logger or clock, and return values.
package controller

import (
	"log/slog"

	cosi "github.com/cosi-project/runtime/pkg/controller"
)

// Controller is what the engine runs.
type Controller = cosi.Controller

// In collects inputs.
func In(inputs ...cosi.Input) []cosi.Input { return inputs }

// Out collects outputs.
func Out(outputs ...cosi.Output) []cosi.Output { return outputs }

// meta is the part that every shape declares.
type meta struct {
	name    string
	inputs  []cosi.Input
	outputs []cosi.Output
}

func (m meta) logger() *slog.Logger { return slog.With("controller", m.name) }
