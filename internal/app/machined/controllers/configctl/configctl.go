// Package configctl finds the machine config, puts it into force, and keeps it.
//
// Sources in order: the file on STATE; then what is embedded in the image, given
// inline on the kernel command line, and offered by the platform (URL,
// metal-iso volume), together; then whoever calls the API in maintenance mode.
// A config on STATE that cannot be read leads to maintenance mode with the
// reason and to nothing else: falling back to another source could give the
// machine a new identity, or install it anew, because of one bad sector.
//
// Two resources hold the outcome: the config in force and the config the next
// boot starts with. Only Applier writes them; the API, acquisition and the
// rollback of a try all go through it.
package configctl

import (
	"context"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Deps is what the controllers share with the rest of the node.
type Deps struct {
	State   state.State
	Applier *Applier
	// Platform offers a config and says what mode configs are checked for.
	Platform platform.Platform
	// Cmdline is the kernel command line.
	Cmdline string
	Meta    *meta.Store
	// StateDir is where STATE is mounted, /system/state when empty.
	StateDir string
	// Mounted tells whether STATE is mounted there at this moment. State says so
	// a little longer than it is true when the machine goes down, and a config
	// written then would be lost with the memory file system below.
	Mounted func(dir string) (bool, error)
	// EmbeddedDir may hold a config made part of the image.
	EmbeddedDir string
	// LoadError and ValidationError are told about configs that cannot be used,
	// so that clients see an event. Both may be nil.
	LoadError, ValidationError func(error)
}

const (
	defaultStateDir    = "/system/state"
	defaultEmbeddedDir = "/usr/local/etc/talos"
	configFile         = "config.yaml"

	stateVolume = "STATE"
	// stateMount is the ID under which the system's own request for STATE is answered.
	stateMount = "system-" + stateVolume

	// AcquiredID is the ID of the AcquireConfigStatus that says a config is in force.
	AcquiredID = "config"
)

func (d *Deps) defaults() {
	if d.StateDir == "" {
		d.StateDir = defaultStateDir
	}

	if d.Mounted == nil {
		d.Mounted = mount.IsMountPoint
	}

	if d.EmbeddedDir == "" {
		d.EmbeddedDir = defaultEmbeddedDir
	}

	if d.LoadError == nil {
		d.LoadError = func(error) {}
	}

	if d.ValidationError == nil {
		d.ValidationError = func(error) {}
	}

	if d.Platform == nil {
		d.Platform = platform.OrMetal(d.Cmdline)
	}

	if d.Meta == nil {
		d.Meta = meta.NewStore()
	}
}

// Controllers lists the package's controllers.
func Controllers(d Deps) []controller.Controller {
	d.defaults()

	return []controller.Controller{
		acquire(d),
		persistence(d),
		machineType(),
	}
}

func (d *Deps) mode() config.Mode {
	m, err := config.ParseMode(d.Platform.Mode())
	if err != nil {
		return config.Metal
	}

	return m
}

func (d *Deps) validate(cfg *config.Config) error {
	_, err := config.Validate(cfg, d.mode())

	return err
}

// WaitAcquired returns when a config that is enough to boot with is in force.
func WaitAcquired(ctx context.Context, st state.State) error {
	_, err := st.WatchFor(ctx, runtime.AcquireConfigStatuses.Ref(AcquiredID), state.WithCondition(func(r resource.Resource) (bool, error) {
		return !resource.IsTombstone(r), nil
	}))

	return err
}
