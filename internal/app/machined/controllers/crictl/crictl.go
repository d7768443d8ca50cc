// Package crictl turns the machine config into what containerd reads: its own
// configuration, one directory of hosts per registry, the base of containers'
// specifications, and seccomp profiles for pods.
//
// The files are in a tmpfs that services show as /etc/cri. They are written by a
// controller whenever state changes, which is enough for mirrors, read at every
// pull; and by the service before containerd starts ([Write]), which restarts it
// when something changed that is only read then ([Changed]).
package crictl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// Where the files are.
const (
	// Dir is what is shown as VisibleDir.
	Dir        = "/system/etc/cri"
	VisibleDir = "/etc/cri"
	// ConfigFile and HostsDir are as containerd sees them.
	ConfigFile = VisibleDir + "/containerd.toml"
	HostsDir   = VisibleDir + "/conf.d/hosts"
)

// SeccompDir has the profiles that pods may name.
const SeccompDir = "/var/lib/kubelet/seccomp/profiles"

// Controllers lists the package's controllers.
func Controllers() []controller.Controller {
	return []controller.Controller{
		registries(), customization(), baseSpec(), seccompProfiles(), seccompFiles(SeccompDir), criFiles(Dir),
	}
}

// fromConfig is a controller that derives one kind from the machine config.
func fromConfig(name string, output cosi.Output, plan func(*config.Config) []controller.Item) controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    name,
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(output),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil || cfg.V1Alpha1() == nil {
				return nil, nil
			}

			return plan(cfg), nil
		},
	}.Build()
}

func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
	if err != nil || res == nil || res.Metadata().Phase() != resource.PhaseRunning {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

// view is what the files are made of.
type view struct {
	registries     cri.RegistriesConfigSpec
	customizations map[string]string
	overrides      map[string]any
}

func observe(ctx context.Context, r kinds.Reader) (view, error) {
	v := view{customizations: map[string]string{}}

	reg, err := cri.RegistryConfigs.Find(ctx, r, cri.RegistriesConfigID)
	if err != nil {
		return v, err
	}

	if reg != nil {
		v.registries = *reg.TypedSpec()
	}

	parts, err := cri.CustomizationConfigs.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, p := range parts {
		v.customizations[p.ID()] = p.TypedSpec().Content
	}

	base, err := cri.BaseRuntimeSpecConfigs.Find(ctx, r, cri.BaseRuntimeSpecOverridesID)
	if err != nil {
		return v, err
	}

	if base != nil {
		v.overrides = base.TypedSpec().Object
	}

	return v, nil
}
