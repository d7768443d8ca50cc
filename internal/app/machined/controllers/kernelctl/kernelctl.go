// Package kernelctl sets kernel parameters and loads kernel modules.
//
// Modules come in three ways, all through the loader of internal/sys/kmod,
// because no child of PID 1 may load one: a device asks for its driver by its
// modalias (looked up in /sys once at start, then told by uevents), the machine
// config names one, or a kernel parameter needs one to exist.
package kernelctl

import (
	"context"

	"github.com/talos-os/talos/internal/controller"
)

// Deps is what the controllers share with the rest of the node.
type Deps struct {
	// Modules loads; made by NewModules.
	Modules *Modules
	// Sys and Proc are where sysfs and procfs are, "/sys" and "/proc" when empty.
	Sys, Proc string
	// Unhurried returns when drivers that nothing waits for may take processor
	// time. At once when nil.
	Unhurried func(ctx context.Context)
}

func (d Deps) withDefaults() Deps {
	if d.Sys == "" {
		d.Sys = "/sys"
	}

	if d.Proc == "" {
		d.Proc = "/proc"
	}

	if d.Modules == nil {
		d.Modules = NewModules()
	}

	if d.Unhurried == nil {
		d.Unhurried = func(context.Context) {}
	}

	return d
}

// Controllers lists the package's controllers. LoadDrivers is started besides.
func Controllers(d Deps) []controller.Controller {
	d = d.withDefaults()

	return []controller.Controller{
		moduleConfig(),
		moduleSpecs(d.Modules),
		moduleStatus(d.Proc),
		paramDefaults(),
		paramConfig(),
		params(d.Modules),
	}
}
