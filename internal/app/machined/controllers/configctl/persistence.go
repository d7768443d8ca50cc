package configctl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// stateMounted reports whether STATE can be written to.
func stateMounted(ctx context.Context, r resource.Reader) (bool, error) {
	status, err := block.VolumeMountStatuses.Find(ctx, r, stateMount)
	if err != nil || status == nil {
		return false, err
	}

	return !status.TypedSpec().ReadOnly, nil
}

type persistView struct {
	// text of the config to keep; nil when there is none.
	text    []byte
	mounted bool
}

// String leaves the text out: it holds secrets, and plans go to the log.
func (v persistView) String() string {
	return fmt.Sprintf("config of %d bytes, STATE mounted: %v", len(v.text), v.mounted)
}

// persistence keeps the file on STATE equal to the persistent config.
func persistence(d Deps) controller.Controller {
	path := filepath.Join(d.StateDir, configFile)

	return controller.Reconcile[persistView, persistView]{
		Name: "config.PersistenceController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(resource.ID(machineconfig.Persistent)),
			block.VolumeMountStatuses.Weak(),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (persistView, error) {
			var v persistView

			cfg, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Persistent)
			if err != nil {
				return v, err
			}

			if cfg != nil {
				v.text = cfg.TypedSpec().Config().Bytes()
			}

			v.mounted, err = stateMounted(ctx, r)

			return v, err
		},
		Plan: func(v persistView) persistView { return v },
		Apply: func(_ context.Context, w *controller.Writer, v persistView) error {
			if v.text == nil || !v.mounted {
				return nil
			}

			if really, err := d.Mounted(d.StateDir); err != nil || !really {
				return err
			}

			written, err := keep(path, v.text)
			if err != nil {
				return fmt.Errorf("keep machine config: %w", err)
			}

			if written {
				w.Log.Info("machine config written", "path", path)
			}

			d.Applier.notePersisted(v.text)

			return nil
		},
	}.Build()
}

func keep(path string, text []byte) (written bool, err error) {
	there, err := os.ReadFile(path)

	switch {
	case err == nil && bytes.Equal(there, text):
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		// Unreadable: writing anew is the way to mend it.
	}

	return true, atomicfile.Write(path, text, 0o600)
}

// machineType publishes the role the config in force gives the machine.
func machineType() controller.Controller {
	return controller.Derive[machine.Type]{
		Name:    "config.MachineTypeController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(resource.ID(machineconfig.Active))),
		Outputs: controller.Out(machineconfig.MachineTypes.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (machine.Type, error) {
			cfg, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
			if err != nil || cfg == nil || cfg.TypedSpec().Config().V1Alpha1() == nil {
				return machine.TypeUnknown, err
			}

			// A config that got here has a type that is known.
			t, err := machine.ParseType(cfg.TypedSpec().Config().Effective().Machine.Type)
			if err != nil {
				return machine.TypeUnknown, nil //nolint:nilerr
			}

			return t, nil
		},
		Plan: func(t machine.Type) ([]controller.Item, error) {
			if t == machine.TypeUnknown {
				return nil, nil
			}

			return []controller.Item{controller.Want(machineconfig.MachineTypes, machineconfig.MachineTypeID, machineconfig.TypeSpec{Type: t})}, nil
		},
	}.Build()
}
