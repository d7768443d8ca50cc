package netctl

import (
	"context"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// externalLink is what addresses hang on that the platform translates to ours.
const externalLink = "external"

// platformConfigApply turns the platform's word on the network into the layer
// "platform": the active one, or the cached one while the active is not known.
func platformConfigApply() controller.Controller {
	return controller.Derive[*network.PlatformConfigSpec]{
		Name:   "network.PlatformConfigApplyController",
		Inputs: controller.In(network.PlatformConfigs.Weak()),
		Outputs: controller.Out(
			network.AddressSpecs.Shared(), network.LinkSpecs.Shared(), network.RouteSpecs.Shared(),
			network.HostnameSpecs.Shared(), network.ResolverSpecs.Shared(), network.TimeServerSpecs.Shared(),
			network.OperatorSpecs.Shared(), network.ProbeSpecs.Shared(), network.AddressStatuses.Shared(),
			runtime.PlatformMetadatas.Exclusive(),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (*network.PlatformConfigSpec, error) {
			for _, id := range []string{network.PlatformConfigActiveID, network.PlatformConfigCachedID} {
				p, err := network.PlatformConfigs.Find(ctx, r, id)
				if err != nil {
					return nil, err
				}

				if p != nil {
					return p.TypedSpec(), nil
				}
			}

			return nil, nil
		},
		Plan: func(p *network.PlatformConfigSpec) ([]controller.Item, error) {
			if p == nil {
				return nil, nil
			}

			return planPlatform(*p), nil
		},
	}.Build()
}

func planPlatform(p network.PlatformConfigSpec) []controller.Item {
	const layer = network.ConfigLayerPlatform

	var out []controller.Item

	for _, s := range p.Addresses {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.AddressSpecs, layer, addressID(s.LinkName, s.Address), s))
	}

	for _, s := range p.Links {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.LinkSpecs, layer, s.Name, s))
	}

	for _, s := range p.Routes {
		s = route(s)
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.RouteSpecs, layer, routeID(s), s))
	}

	for _, s := range p.Hostnames {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.HostnameSpecs, layer, network.HostnameID, s))
	}

	for _, s := range p.Resolvers {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.ResolverSpecs, layer, network.ResolverID, s))
	}

	for _, s := range p.TimeServers {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.TimeServerSpecs, layer, network.TimeServerID, s))
	}

	for _, s := range p.Operators {
		s.ConfigLayer = layer
		out = append(out, wantLayered(network.OperatorSpecs, layer, operatorID(s), s))
	}

	for _, a := range p.ExternalIPs {
		spec := address(externalLink, netip.PrefixFrom(a, a.BitLen()), 0)
		out = append(out, controller.Want(network.AddressStatuses, addressID(externalLink, spec.Address), network.AddressStatusSpec{
			Address: spec.Address, LinkName: externalLink, Family: spec.Family, Scope: spec.Scope,
		}))
	}

	if p.Metadata != nil {
		out = append(out, controller.Want(runtime.PlatformMetadatas, runtime.PlatformMetadataID, *p.Metadata))
	}

	return out
}
