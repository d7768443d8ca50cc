package kernelctl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/uevent"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
	if err != nil || res == nil {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

// moduleConfig asks for the modules the machine config names.
func moduleConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "runtime.KernelModuleConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(resource.ID(machineconfig.Active))),
		Outputs: controller.Out(runtime.KernelModuleSpecs.Shared()),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			var items []controller.Item

			for _, m := range cfg.Effective().Machine.Kernel.Modules {
				items = append(items, controller.Want(runtime.KernelModuleSpecs, m.Name, runtime.KernelModuleSpec{Name: m.Name, Parameters: m.Parameters}))
			}

			return items, nil
		},
	}.Build()
}

// moduleSpecs loads the modules that are asked for by name. They are never
// unloaded: another user may have come meanwhile.
func moduleSpecs(m *Modules) controller.Controller {
	return controller.Reconcile[[]runtime.KernelModuleSpec, []runtime.KernelModuleSpec]{
		Name:   "runtime.KernelModuleSpecController",
		Inputs: controller.In(runtime.KernelModuleSpecs.Strong()),
		Observe: func(ctx context.Context, r cosi.Reader) ([]runtime.KernelModuleSpec, error) {
			list, err := runtime.KernelModuleSpecs.List(ctx, r)
			if err != nil {
				return nil, err
			}

			var specs []runtime.KernelModuleSpec
			for _, s := range controller.Running(list) {
				specs = append(specs, *s.TypedSpec())
			}

			return specs, nil
		},
		Plan: func(specs []runtime.KernelModuleSpec) []runtime.KernelModuleSpec { return specs },
		Apply: func(_ context.Context, _ *controller.Writer, specs []runtime.KernelModuleSpec) error {
			var errs []error
			for _, s := range specs {
				errs = append(errs, m.Load(s.Name, s.Parameters...))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

// settleStatus gathers the loading of many modules at boot into few updates.
const settleStatus = 500 * time.Millisecond

// moduleStatus publishes what is loaded.
func moduleStatus(proc string) controller.Controller {
	return controller.Source{
		Name:    "runtime.KernelModuleStatusController",
		Outputs: controller.Out(runtime.LoadedKernelModules.Exclusive(), runtime.KernelModuleStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			timer := time.AfterFunc(settleStatus, notify)
			defer timer.Stop()

			return uevent.Listen(ctx, uevent.Kernel, nil, func(ev uevent.Event) {
				if ev.Lost || ev.Subsystem == "module" {
					timer.Reset(settleStatus)
				}
			})
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			text, err := os.ReadFile(filepath.Join(proc, "modules"))
			if errors.Is(err, os.ErrNotExist) {
				return nil, nil
			}

			return moduleItems(string(text)), err
		},
	}.Build()
}

// moduleItems reads the format of /proc/modules:
// "name size refcount dep,dep, Live 0xaddress (taint)".
func moduleItems(text string) []controller.Item {
	var items []controller.Item

	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 6 {
			continue
		}

		size, _ := strconv.Atoi(f[1])
		refs, _ := strconv.Atoi(f[2])

		var deps []string
		if f[3] != "-" {
			deps = strings.Split(strings.TrimSuffix(f[3], ","), ",")
		}

		var state runtime.KernelModuleState
		if err := state.UnmarshalText([]byte(strings.ToLower(f[4]))); err != nil {
			continue
		}

		items = append(items,
			controller.Want(runtime.LoadedKernelModules, f[0], runtime.LoadedKernelModuleSpec{
				Size: size, ReferenceCount: refs, Dependencies: deps, State: f[4], Address: f[5],
			}),
			controller.Want(runtime.KernelModuleStatuses, f[0], runtime.KernelModuleStatusSpec{
				Type: runtime.KernelModuleTypeDynamic, Size: size, ReferenceCount: refs, Dependencies: deps, State: state, Address: f[5],
			}))
	}

	return items
}
