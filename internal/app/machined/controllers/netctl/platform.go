package netctl

import (
	"context"
	"log/slog"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// metaPlatformConfig is the META key of a network config that somebody wrote for
// this machine before it had any, in the form of PlatformConfigSpec.
const metaPlatformConfig = "0x0a"

// platformConfig says what the platform knows about the network. Bare metal knows
// only what is in META.
func platformConfig(platform string) controller.Controller {
	return controller.Derive[string]{
		Name:    "network.PlatformConfigController",
		Inputs:  controller.In(runtime.MetaKeys.Weak(kinds.ID(metaPlatformConfig))),
		Outputs: controller.Out(network.PlatformConfigs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (string, error) {
			key, err := runtime.MetaKeys.Find(ctx, r, metaPlatformConfig)
			if err != nil || key == nil {
				return "", err
			}

			return key.TypedSpec().Value, nil
		},
		Plan: func(text string) ([]controller.Item, error) {
			spec, err := parsePlatform(text)
			if err != nil {
				// A bad value must not take the node's network: it is written
				// over that network.
				slog.Error("META value is not a platform network config, ignored", "key", metaPlatformConfig, "error", err)
			}

			if spec.Metadata == nil {
				spec.Metadata = &runtime.PlatformMetadataSpec{}
			}

			if spec.Metadata.Platform == "" {
				spec.Metadata.Platform = platform
			}

			return []controller.Item{controller.Want(network.PlatformConfigs, network.PlatformConfigActiveID, spec)}, nil
		},
	}.Build()
}

func parsePlatform(text string) (network.PlatformConfigSpec, error) {
	var spec network.PlatformConfigSpec

	if err := yaml.Unmarshal([]byte(text), &spec); err != nil {
		return network.PlatformConfigSpec{}, err
	}

	return spec, nil
}

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
