package netctl

import (
	"context"
	"log/slog"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// bgpConfig takes BGP instances from the config. Nothing speaks BGP yet, which is
// said aloud: a node that announces nothing looks like a network that is broken.
func bgpConfig() controller.Controller {
	return controller.Derive[map[string]network.BGPInstanceConfigSpec]{
		Name:    "network.BGPInstanceConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.BGPInstanceConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (map[string]network.BGPInstanceConfigSpec, error) {
			c, err := machineConfig(ctx, r)
			if err != nil || c == nil {
				return nil, err
			}

			return bgpInstances(c), nil
		},
		Plan: func(instances map[string]network.BGPInstanceConfigSpec) ([]controller.Item, error) {
			var items []controller.Item

			for name, s := range instances {
				slog.Error("BGP is not supported yet: nothing is announced or learned", "instance", name)

				items = append(items, controller.Want(network.BGPInstanceConfigs, name, s))
			}

			return items, nil
		},
	}.Build()
}

func bgpInstances(c *config.Config) map[string]network.BGPInstanceConfigSpec {
	out := map[string]network.BGPInstanceConfigSpec{}

	for _, d := range config.Docs[document.BGPInstanceConfig](c) {
		s := network.BGPInstanceConfigSpec{
			LocalASN: d.LocalASN, RouterID: d.RouterID, RouteSource: d.RouteSource, AdvertiseLinks: d.Advertise,
			Multipath: document.Or(d.Multipath, false), MaxPaths: uint32(d.MaxPaths), VRF: d.VRF,
			InstallRoutes: document.Or(d.InstallRoutes, true),
		}

		if vrf, ok := config.Named[document.VRFConfig](c, d.VRF); ok {
			s.VRFTable = netenum.RoutingTable(vrf.Table)
		}

		for _, r := range d.ImportRoutes {
			s.ImportRoutes = append(s.ImportRoutes, network.BGPImportRouteSpec{BGPInstance: r.BGPInstance, Prefixes: r.Prefixes})
		}

		for _, n := range d.Neighbors {
			spec := network.BGPNeighborConfigSpec{
				Address: n.Address, Link: n.Link, PeerASN: n.PeerASN, HoldTime: n.HoldTime, LocalASN: n.LocalASN,
				Passive: document.Or(n.Passive, false),
			}

			if n.BFD != nil {
				spec.BFD = &network.BGPBFDConfigSpec{
					TransmitInterval: n.BFD.TransmitInterval, ReceiveInterval: n.BFD.ReceiveInterval, DetectMultiplier: uint32(n.BFD.DetectMultiplier),
				}
			}

			s.Neighbors = append(s.Neighbors, spec)
		}

		out[d.Name] = s
	}

	return out
}
