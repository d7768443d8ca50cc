package netctl

import (
	"context"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// timeServerConfig says which time servers to ask by default, by kernel
// arguments and by the config.
func timeServerConfig(cl cmdline) controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "network.TimeServerConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.TimeServerSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) { return machineConfig(ctx, r) },
		Plan: func(c *config.Config) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range planTimeServers(cl, c) {
				items = append(items, wantLayered(network.TimeServerSpecs, s.ConfigLayer, network.TimeServerID, s))
			}

			return items, nil
		},
	}.Build()
}

func planTimeServers(cl cmdline, c *config.Config) []network.TimeServerSpec {
	out := []network.TimeServerSpec{{
		NTPServers: []string{v1alpha1.DefaultTimeServer}, ConfigLayer: network.ConfigLayerDefault,
	}}

	var boot []string
	for _, ip := range cl.ips {
		boot = append(boot, ip.ntp...)
	}

	if len(boot) > 0 {
		out = append(out, network.TimeServerSpec{NTPServers: boot, ConfigLayer: network.ConfigLayerCmdline})
	}

	if c == nil {
		return out
	}

	// Not Effective: it fills the default in, which would then beat DHCP's.
	s := network.TimeServerSpec{ConfigLayer: network.ConfigLayerConfiguration}

	if m := c.V1Alpha1(); m != nil {
		s.NTPServers = m.Machine.Time.Servers
	}

	if d, ok := config.Doc[document.TimeSyncConfig](c); ok && len(d.NTP.Servers)+len(d.PTP.Devices) > 0 {
		// A path of a clock stands among servers, as older configs have it.
		s.NTPServers, s.UseNTS = slices.Concat(d.NTP.Servers, d.PTP.Devices), document.Or(d.NTP.UseNTS, false)
	}

	if len(s.NTPServers) > 0 {
		out = append(out, s)
	}

	return out
}

// timeServerSpec reports the servers in force.
func timeServerSpec() controller.Controller {
	return controller.Derive[[]network.TimeServerSpec]{
		Name:    "network.TimeServerSpecController",
		Inputs:  controller.In(network.TimeServerSpecs.Strong()),
		Outputs: controller.Out(network.TimeServerStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) ([]network.TimeServerSpec, error) {
			list, err := network.TimeServerSpecs.List(ctx, r)

			return running(list), err
		},
		Plan: func(specs []network.TimeServerSpec) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range specs {
				items = append(items, controller.Want(network.TimeServerStatuses, network.TimeServerID, network.TimeServerStatusSpec{
					NTPServers: s.NTPServers, UseNTS: s.UseNTS,
				}))
			}

			return items, nil
		},
	}.Build()
}
