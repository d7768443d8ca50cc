package netctl

import (
	"net/netip"
	"strings"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/internal/sys/dhcp6"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// leaseItems is what a DHCP lease means for the node.
func leaseItems(id string, s network.OperatorSpec, l dhcp4.Lease) []controller.Item {
	const layer = network.ConfigLayerOperator

	var items []controller.Item

	addr := address(s.LinkName, l.Address, 0)
	addr.ConfigLayer = layer
	items = append(items, controller.Want(network.AddressSpecs, id+"/"+addressID(s.LinkName, l.Address), addr, controller.InNamespace(layered)))

	for _, r := range leaseRoutes(s, l) {
		r.ConfigLayer = layer
		items = append(items, controller.Want(network.RouteSpecs, id+"/"+routeID(r), r, controller.InNamespace(layered)))
	}

	if l.MTU != 0 {
		items = append(items, controller.Want(network.LinkSpecs, id+"/"+s.LinkName,
			network.LinkSpec{Name: s.LinkName, Up: true, MTU: l.MTU, ConfigLayer: layer}, controller.InNamespace(layered)))
	}

	if h, ok := splitHostname(l.Hostname); ok && !s.DHCP4.SkipHostnameRequest {
		if h.ConfigLayer = layer; h.Domainname == "" {
			h.Domainname = strings.TrimSuffix(l.Domain, ".")
		}

		items = append(items, controller.Want(network.HostnameSpecs, id+"/"+network.HostnameID, h, controller.InNamespace(layered)))
	}

	if len(l.DNS) > 0 {
		r := resolvers(layer, l.DNS)

		if r.SearchDomains = l.Search; len(r.SearchDomains) == 0 && l.Domain != "" {
			r.SearchDomains = []string{strings.TrimSuffix(l.Domain, ".")}
		}

		items = append(items, controller.Want(network.ResolverSpecs, id+"/"+network.ResolverID, r, controller.InNamespace(layered)))
	}

	if len(l.NTP) > 0 {
		t := network.TimeServerSpec{ConfigLayer: layer}
		for _, a := range l.NTP {
			t.NTPServers = append(t.NTPServers, a.String())
		}

		items = append(items, controller.Want(network.TimeServerSpecs, id+"/"+network.TimeServerID, t, controller.InNamespace(layered)))
	}

	return items
}

func leaseRoutes(s network.OperatorSpec, l dhcp4.Lease) []network.RouteSpec {
	if s.DHCP4.SkipRoutes {
		return nil
	}

	routes := l.Routes
	if len(routes) == 0 && len(l.Routers) > 0 {
		routes = []dhcp4.Route{{Gateway: l.Routers[0]}} // the first one is preferred (RFC 2132 3.5)
	}

	var out []network.RouteSpec

	add := func(dst netip.Prefix, gw, src netip.Addr) {
		out = append(out, route(network.RouteSpec{
			Family: netenum.FamilyInet4, Destination: dst, Gateway: gw, Source: src, OutLinkName: s.LinkName,
			Priority: s.DHCP4.RouteMetric, Protocol: netenum.RouteProtocolDhcp,
		}))
	}

	reached := map[netip.Addr]bool{}

	for _, r := range routes {
		// Clouds lease a single address with a gateway outside of it: say that
		// the gateway is on the link.
		if r.Gateway.IsValid() && !l.Address.Contains(r.Gateway) && !reached[r.Gateway] && !onLink(l.Routes, r.Gateway) {
			reached[r.Gateway] = true

			add(netip.PrefixFrom(r.Gateway, 32), netip.Addr{}, l.Address.Addr())
		}

		add(r.Destination, r.Gateway, l.Address.Addr())
	}

	return out
}

func onLink(routes []dhcp4.Route, a netip.Addr) bool {
	for _, r := range routes {
		if !r.Gateway.IsValid() && r.Destination.Contains(a) {
			return true
		}
	}

	return false
}

// lease6Items is what a DHCPv6 lease means for the node. Its addresses are single
// hosts': the prefix of the link comes with router advertisements.
func lease6Items(id string, s network.OperatorSpec, l dhcp6.Lease) []controller.Item {
	const layer = network.ConfigLayerOperator

	var items []controller.Item

	for _, a := range l.Addresses {
		addr := address(s.LinkName, netip.PrefixFrom(a, a.BitLen()), 0)
		addr.ConfigLayer = layer
		items = append(items, controller.Want(network.AddressSpecs, id+"/"+addressID(s.LinkName, addr.Address), addr, controller.InNamespace(layered)))
	}

	name := l.Hostname
	if l.Domain != "" {
		name += "." + l.Domain
	}

	if h, ok := splitHostname(name); ok && !s.DHCP6.SkipHostnameRequest {
		h.ConfigLayer = layer
		items = append(items, controller.Want(network.HostnameSpecs, id+"/"+network.HostnameID, h, controller.InNamespace(layered)))
	}

	if len(l.DNS) > 0 {
		r := resolvers(layer, l.DNS)
		r.SearchDomains = l.Search
		items = append(items, controller.Want(network.ResolverSpecs, id+"/"+network.ResolverID, r, controller.InNamespace(layered)))
	}

	if len(l.NTP) > 0 {
		t := network.TimeServerSpec{ConfigLayer: layer}
		for _, a := range l.NTP {
			t.NTPServers = append(t.NTPServers, a.String())
		}

		items = append(items, controller.Want(network.TimeServerSpecs, id+"/"+network.TimeServerID, t, controller.InNamespace(layered)))
	}

	return items
}
