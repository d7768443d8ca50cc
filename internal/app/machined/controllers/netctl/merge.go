package netctl

import (
	"cmp"
	"context"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// merger makes one spec out of all those of one ID, given from the lowest layer
// to the highest; within a layer the order is that of resource IDs, so that it
// is the same every time.
type merger[T any] func(specs []T) T

// highest keeps the last one: for what cannot be combined.
func highest[T any](specs []T) T { return specs[len(specs)-1] }

type mergeOf[T any] struct {
	name  string
	kind  *kinds.Kind[T]
	id    func(T) string
	layer func(T) network.ConfigLayer
	merge merger[T]
}

func (m mergeOf[T]) controller() controller.Controller {
	return controller.Derive[[]T]{
		Name: m.name,
		Inputs: controller.In(
			m.kind.Weak(kinds.Namespace(layered)),
			m.kind.DestroyReady(),
		),
		Outputs: []cosi.Output{m.kind.Shared()},
		Observe: func(ctx context.Context, r cosi.Reader) ([]T, error) {
			list, err := m.kind.ListIn(ctx, r, layered)

			return running(list), err
		},
		Plan: func(specs []T) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range m.plan(specs) {
				items = append(items, controller.Want(m.kind, m.id(s), s))
			}

			return items, nil
		},
	}.Build()
}

func (m mergeOf[T]) plan(specs []T) []T {
	// A stable sort: the order within a layer stays.
	slices.SortStableFunc(specs, func(a, b T) int { return cmp.Compare(m.layer(a), m.layer(b)) })

	var order []string

	groups := map[string][]T{}

	for _, s := range specs {
		id := m.id(s)
		if groups[id] == nil {
			order = append(order, id)
		}

		groups[id] = append(groups[id], s)
	}

	slices.Sort(order)

	out := make([]T, 0, len(order))
	for _, id := range order {
		out = append(out, m.merge(groups[id]))
	}

	return out
}

// Owners of merged specs have these names on the wire: clients filter by them.

func addressMerge() controller.Controller {
	return mergeOf[network.AddressSpec]{
		"AddressMergeControllers.net.talos.dev", network.AddressSpecs,
		func(s network.AddressSpec) string { return addressID(s.LinkName, s.Address) },
		func(s network.AddressSpec) network.ConfigLayer { return s.ConfigLayer },
		highest[network.AddressSpec],
	}.controller()
}

func routeMerge() controller.Controller {
	return mergeOf[network.RouteSpec]{
		"RouteMergeControllers.net.talos.dev", network.RouteSpecs, routeID,
		func(s network.RouteSpec) network.ConfigLayer { return s.ConfigLayer },
		highest[network.RouteSpec],
	}.controller()
}

func ruleMerge() controller.Controller {
	return mergeOf[network.RoutingRuleSpec]{
		"RoutingRuleMergeControllers.net.talos.dev", network.RoutingRuleSpecs,
		func(s network.RoutingRuleSpec) string { return ruleID(s.Family, s.Priority) },
		func(s network.RoutingRuleSpec) network.ConfigLayer { return s.ConfigLayer },
		highest[network.RoutingRuleSpec],
	}.controller()
}

func operatorMerge() controller.Controller {
	return mergeOf[network.OperatorSpec]{
		"OperatorMergeControllers.net.talos.dev", network.OperatorSpecs, operatorID,
		func(s network.OperatorSpec) network.ConfigLayer { return s.ConfigLayer },
		highest[network.OperatorSpec],
	}.controller()
}

func linkMerge() controller.Controller {
	return mergeOf[network.LinkSpec]{
		"LinkMergeControllers.net.talos.dev", network.LinkSpecs,
		func(s network.LinkSpec) string { return s.Name },
		func(s network.LinkSpec) network.ConfigLayer { return s.ConfigLayer },
		mergeLinks,
	}.controller()
}

func hostnameMerge() controller.Controller {
	return mergeOf[network.HostnameSpec]{
		"HostnameMergeControllers.net.talos.dev", network.HostnameSpecs,
		func(network.HostnameSpec) string { return network.HostnameID },
		func(s network.HostnameSpec) network.ConfigLayer { return s.ConfigLayer },
		mergeHostnames,
	}.controller()
}

func resolverMerge() controller.Controller {
	return mergeOf[network.ResolverSpec]{
		"ResolverMergeControllers.net.talos.dev", network.ResolverSpecs,
		func(network.ResolverSpec) string { return network.ResolverID },
		func(s network.ResolverSpec) network.ConfigLayer { return s.ConfigLayer },
		mergeResolvers,
	}.controller()
}

func timeServerMerge() controller.Controller {
	return mergeOf[network.TimeServerSpec]{
		"TimeServerMergeControllers.net.talos.dev", network.TimeServerSpecs,
		func(network.TimeServerSpec) string { return network.TimeServerID },
		func(s network.TimeServerSpec) network.ConfigLayer { return s.ConfigLayer },
		mergeTimeServers,
	}.controller()
}

// mergeLinks lays higher layers over lower ones field by field: the MTU of the
// machine config over that of DHCP, a bond membership over a plain "up".
func mergeLinks(specs []network.LinkSpec) network.LinkSpec {
	out := specs[0]

	for _, s := range specs[1:] {
		over(&out.MTU, s.MTU)
		over(&out.Kind, s.Kind)
		over(&out.Type, s.Type)
		over(&out.ParentName, s.ParentName)
		over(&out.BondSlave, s.BondSlave)
		over(&out.BridgeSlave, s.BridgeSlave)
		over(&out.VRFSlave, s.VRFSlave)
		over(&out.VLAN, s.VLAN)
		over(&out.BridgeMaster, s.BridgeMaster)
		over(&out.VRFMaster, s.VRFMaster)
		over(&out.Veth, s.Veth)

		if s.Kind == network.LinkKindBond {
			out.BondMaster = s.BondMaster
		}

		if s.Kind == network.LinkKindWireguard {
			out.Wireguard = s.Wireguard
		}

		if len(s.HardwareAddress) > 0 {
			out.HardwareAddress = s.HardwareAddress
		}

		if s.Multicast != nil {
			out.Multicast = s.Multicast
		}

		out.Logical = out.Logical || s.Logical
		out.Up = s.Up
		out.ConfigLayer = s.ConfigLayer
	}

	return out
}

func over[T comparable](to *T, v T) {
	var zero T

	if v != zero {
		*to = v
	}
}

func mergeHostnames(specs []network.HostnameSpec) network.HostnameSpec {
	var out network.HostnameSpec

	for _, s := range specs {
		// Within a layer the first is kept: two DHCP servers shall not make the
		// name flap with the order of their answers.
		if s.Hostname != "" && (out.Hostname == "" || s.ConfigLayer > out.ConfigLayer) {
			out = s
		}
	}

	return out
}

func mergeResolvers(specs []network.ResolverSpec) network.ResolverSpec {
	var out network.ResolverSpec

	servers, search := network.ConfigLayerDefault, network.ConfigLayerDefault

	for _, s := range specs {
		if len(s.DNSServers) > 0 || len(s.NameServers) > 0 {
			if s.ConfigLayer > servers {
				out.DNSServers, out.NameServers = nil, nil
			}

			servers = s.ConfigLayer
			out.DNSServers = appendNew(out.DNSServers, s.DNSServers)
			out.NameServers = appendNew(out.NameServers, s.NameServers)
		}

		if len(s.SearchDomains) > 0 || s.SearchDomainsOverridden {
			if s.ConfigLayer > search {
				out.SearchDomains = nil
			}

			search = s.ConfigLayer
			out.SearchDomains = appendNew(out.SearchDomains, s.SearchDomains)
			out.SearchDomainsOverridden = s.SearchDomainsOverridden
		}
	}

	out.ConfigLayer = servers

	return out
}

func mergeTimeServers(specs []network.TimeServerSpec) network.TimeServerSpec {
	var out network.TimeServerSpec

	for _, s := range specs {
		if len(s.NTPServers) == 0 {
			continue
		}

		if s.ConfigLayer > out.ConfigLayer {
			out = network.TimeServerSpec{ConfigLayer: s.ConfigLayer}
		}

		out.NTPServers = appendNew(out.NTPServers, s.NTPServers)
		out.UseNTS = out.UseNTS || s.UseNTS
	}

	return out
}

func appendNew[T comparable](to, add []T) []T {
	to = slices.Clone(to)

	for _, v := range add {
		if !slices.Contains(to, v) {
			to = append(to, v)
		}
	}

	return to
}
