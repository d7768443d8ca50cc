package netctl

import (
	"bytes"
	"cmp"
	"context"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// nodeAddress sums up the node's addresses, in four lists:
//
//   - default: the one address that stands for the node. It stays as long as
//     the node has it, whatever comes along, and is followed only by another
//     that reaches outside: never by one of a CNI's bridge.
//   - current: all global addresses of links that are up.
//   - routed: of these, the ones that others can be told: no address that is
//     deprecated, tentative or duplicate, and none of a single host while there
//     is another (virtual addresses move).
//   - accumulative: all that the node ever had since it booted.
//
// For each filter there are the same lists filtered, "current-no-k8s" and so on.
func nodeAddress() controller.Controller {
	return controller.Derive[nodeAddressView]{
		Name: "network.NodeAddressController",
		Inputs: controller.In(
			network.AddressStatuses.Weak(), network.LinkStatuses.Weak(),
			network.NodeAddressFilters.Weak(), network.NodeAddressSortAlgorithms.Weak(),
		),
		Outputs: controller.Out(network.NodeAddresses.Exclusive()),
		Observe: observeNodeAddresses,
		Plan: func(v nodeAddressView) ([]controller.Item, error) {
			var items []controller.Item

			for id, addrs := range planNodeAddresses(v) {
				items = append(items, controller.Want(network.NodeAddresses, id,
					network.NodeAddressSpec{Addresses: addrs, SortAlgorithm: v.sort}))
			}

			return items, nil
		},
	}.Build()
}

type nodeAddressView struct {
	addresses []network.AddressStatusSpec
	up        map[string]bool // links
	outside   map[string]bool // links that lead to other machines
	filters   map[string]network.NodeAddressFilterSpec
	sort      netenum.AddressSortAlgorithm
	// before is what the lists were.
	before map[string][]netip.Prefix
}

func observeNodeAddresses(ctx context.Context, r cosi.Reader) (nodeAddressView, error) {
	v := nodeAddressView{
		up: map[string]bool{}, outside: map[string]bool{}, filters: map[string]network.NodeAddressFilterSpec{}, before: map[string][]netip.Prefix{},
	}

	addrs, err := network.AddressStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.addresses = running(addrs)

	links, err := linksByName(ctx, r)
	if err != nil {
		return v, err
	}

	for n, l := range links {
		v.up[n] = l.OperationalState == netenum.OperationalStateUp || l.OperationalState == netenum.OperationalStateUnknown
		v.outside[n] = leadsOutside(l, links)
	}

	filters, err := network.NodeAddressFilters.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, f := range controller.Running(filters) {
		v.filters[f.ID()] = *f.TypedSpec()
	}

	alg, err := network.NodeAddressSortAlgorithms.Find(ctx, r, network.NodeAddressSortAlgorithmID)
	if err != nil {
		return v, err
	}

	if alg != nil {
		v.sort = alg.TypedSpec().Algorithm
	}

	// A controller may read its own outputs.
	before, err := network.NodeAddresses.List(ctx, r)
	for _, b := range before {
		v.before[b.ID()] = b.TypedSpec().Addresses
	}

	return v, err
}

func planNodeAddresses(v nodeAddressView) map[string][]netip.Prefix {
	var current, routed, outside []netip.Prefix

	for _, a := range v.addresses {
		ip := a.Address.Addr()
		if a.Scope >= netenum.ScopeLink || ip.IsLoopback() || ip.IsMulticast() || ip.IsLinkLocalUnicast() || !v.up[a.LinkName] && a.LinkName != externalLink {
			continue
		}

		current = appendNew(current, []netip.Prefix{a.Address})

		if a.Flags&(netenum.AddressFlagDeprecated|netenum.AddressFlagTentative|netenum.AddressFlagDadfailed) == 0 {
			routed = appendNew(routed, []netip.Prefix{a.Address})

			if v.outside[a.LinkName] {
				outside = appendNew(outside, []netip.Prefix{a.Address})
			}
		}
	}

	for _, list := range [][]netip.Prefix{current, routed, outside} {
		sortAddresses(list, v.sort)
	}

	routed, outside = withoutHosts(routed), withoutHosts(outside)

	accumulative := appendNew(v.before[network.NodeAddressAccumulativeID], current)
	sortAddresses(accumulative, v.sort)

	out := map[string][]netip.Prefix{}

	if len(current) == 0 && len(accumulative) == 0 {
		return out
	}

	if d := v.before[network.NodeAddressDefaultID]; len(d) > 0 && slices.Contains(current, d[0]) {
		out[network.NodeAddressDefaultID] = d
	} else if len(outside) > 0 {
		out[network.NodeAddressDefaultID] = outside[:1]
	} else if len(d) > 0 {
		// A lost carrier does not make the node another one.
		out[network.NodeAddressDefaultID] = d
	} else if len(routed) > 0 {
		out[network.NodeAddressDefaultID] = routed[:1]
	}

	for id, list := range map[string][]netip.Prefix{
		network.NodeAddressCurrentID: current, network.NodeAddressRoutedID: routed, network.NodeAddressAccumulativeID: accumulative,
	} {
		out[id] = list

		for name, f := range v.filters {
			out[id+"-"+name] = filterAddresses(list, f)
		}
	}

	return out
}

// withoutHosts leaves single hosts' addresses out, unless there are no others.
func withoutHosts(list []netip.Prefix) []netip.Prefix {
	if nets := slices.DeleteFunc(slices.Clone(list), netip.Prefix.IsSingleIP); len(nets) > 0 {
		return nets
	}

	return list
}

// leadsOutside tells the links of the machine from those that a CNI or a proxy
// makes for what runs on it.
func leadsOutside(l network.LinkStatusSpec, links map[string]network.LinkStatusSpec) bool {
	switch {
	case physical(l), l.Kind == network.LinkKindBond, l.Kind == network.LinkKindVLAN:
		return true
	case l.Kind != network.LinkKindBridge && l.Kind != network.LinkKindVRF:
		return false
	}

	for _, m := range links {
		if m.MasterIndex == l.Index && (physical(m) || m.Kind == network.LinkKindBond || m.Kind == network.LinkKindVLAN) {
			return true
		}
	}

	return false
}

func filterAddresses(list []netip.Prefix, f network.NodeAddressFilterSpec) []netip.Prefix {
	in := func(nets []netip.Prefix, a netip.Prefix) bool {
		return slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(a.Addr()) })
	}

	var out []netip.Prefix

	for _, a := range list {
		if (len(f.IncludeSubnets) == 0 || in(f.IncludeSubnets, a)) && !in(f.ExcludeSubnets, a) {
			out = append(out, a)
		}
	}

	return out
}

// sortAddresses orders by address (v1), or with addresses of networks before
// those of single hosts, and public IPv6 before private (v2).
func sortAddresses(list []netip.Prefix, alg netenum.AddressSortAlgorithm) {
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		if alg == netenum.AddressSortAlgorithmV2 {
			if a.Addr().BitLen() == b.Addr().BitLen() {
				if c := cmp.Compare(b2i(a.IsSingleIP()), b2i(b.IsSingleIP())); c != 0 {
					return c
				}

				if a.Addr().Is6() {
					if c := cmp.Compare(b2i(a.Addr().IsPrivate()), b2i(b.Addr().IsPrivate())); c != 0 {
						return c
					}
				}
			}
		}

		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}

		return cmp.Compare(a.Bits(), b.Bits())
	})
}

// nodeAddressSort takes the sort order from the config.
func nodeAddressSort() controller.Controller {
	return controller.Derive[netenum.AddressSortAlgorithm]{
		Name:    "network.NodeAddressSortAlgorithmController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.NodeAddressSortAlgorithms.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (alg netenum.AddressSortAlgorithm, err error) {
			c, err := machineConfig(ctx, r)
			if c != nil {
				parse(&alg, c.Effective().Machine.Features.NodeAddressSortAlgorithm)
			}

			return alg, err
		},
		Plan: func(alg netenum.AddressSortAlgorithm) ([]controller.Item, error) {
			return []controller.Item{controller.Want(network.NodeAddressSortAlgorithms, network.NodeAddressSortAlgorithmID,
				network.NodeAddressSortAlgorithmSpec{Algorithm: alg})}, nil
		},
	}.Build()
}

// hardwareAddr reports the lowest address of all network cards, which stays the
// same from boot to boot.
func hardwareAddr() controller.Controller {
	return controller.Derive[map[string]network.LinkStatusSpec]{
		Name:    "network.HardwareAddrController",
		Inputs:  controller.In(network.LinkStatuses.Weak()),
		Outputs: controller.Out(network.HardwareAddresses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (map[string]network.LinkStatusSpec, error) {
			return linksByName(ctx, r)
		},
		Plan: func(links map[string]network.LinkStatusSpec) ([]controller.Item, error) {
			name, ok := firstCard(links)
			if !ok {
				return nil, nil
			}

			return []controller.Item{controller.Want(network.HardwareAddresses, network.FirstHardwareAddr,
				network.HardwareAddrSpec{Name: name, HardwareAddr: cardAddress(links[name])})}, nil
		},
	}.Build()
}

// firstCard goes by address, not by index: indexes follow the order of probing.
func firstCard(links map[string]network.LinkStatusSpec) (first string, ok bool) {
	for n, l := range links {
		a := cardAddress(l)
		if !physical(l) || len(a) == 0 {
			continue
		}

		if !ok || bytes.Compare(a, cardAddress(links[first])) < 0 {
			first, ok = n, true
		}
	}

	return first, ok
}

// cardAddress is the burnt-in one: a bond lends its own to its slaves.
func cardAddress(l network.LinkStatusSpec) netenum.HardwareAddr {
	if len(l.PermanentAddr) > 0 {
		return l.PermanentAddr
	}

	return l.HardwareAddr
}
