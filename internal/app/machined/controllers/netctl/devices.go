package netctl

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// fromConfig translates the machine config: machine.network.interfaces of the
// main document, and the link documents. Text that does not parse is left out:
// validation has refused it before it became the config in force.
func fromConfig(c *config.Config, links map[string]network.LinkStatusSpec) wanted {
	w := wanted{ignored: map[string]bool{}}
	if c == nil {
		return w
	}

	if m := c.V1Alpha1(); m != nil {
		for _, d := range m.Machine.Network.Interfaces {
			for _, name := range deviceNames(d.Interface, d.DeviceSelector, links) {
				w.device(name, d, links)
			}
		}
	}

	w.documents(c, links)

	return w
}

// deviceNames is the one named, or all that a selector matches, in order.
func deviceNames(name string, sel *v1alpha1.NetworkDeviceSelector, links map[string]network.LinkStatusSpec) []string {
	if name != "" || sel == nil {
		return []string{resolveName(name, links)}
	}

	var out []string

	for n, l := range links {
		if matches(*sel, l) {
			out = append(out, n)
		}
	}

	slices.Sort(out)

	return out
}

// resolveName turns an alias of a link into its name; a link that is not there
// (yet) keeps the name it was asked for by.
func resolveName(name string, links map[string]network.LinkStatusSpec) string {
	if _, ok := links[name]; ok {
		return name
	}

	for n, l := range links {
		if l.Alias == name || slices.Contains(l.AltNames, name) {
			return n
		}
	}

	return name
}

// matches compares what the selector names, with shell patterns; an empty
// selector matches nothing.
func matches(s v1alpha1.NetworkDeviceSelector, l network.LinkStatusSpec) bool {
	any := false

	for _, f := range []struct{ pattern, value string }{
		{s.BusPath, l.BusPath},
		{strings.ToLower(s.HardwareAddr), l.HardwareAddr.String()},
		{strings.ToLower(s.PermanentAddr), l.PermanentAddr.String()},
		{strings.ToLower(s.PCIID), strings.ToLower(l.PCIID)},
		{s.Driver, l.Driver},
	} {
		if f.pattern == "" {
			continue
		}

		any = true

		if ok, err := path.Match(f.pattern, f.value); err != nil || !ok {
			return false
		}
	}

	if s.Physical != nil {
		any = true

		if *s.Physical != physical(l) {
			return false
		}
	}

	return any
}

// device translates one entry of machine.network.interfaces.
func (w *wanted) device(name string, d v1alpha1.Device, links map[string]network.LinkStatusSpec) {
	if document.Or(d.Ignore, false) {
		w.ignored[name] = true

		return
	}

	l := network.LinkSpec{Name: name, Up: true, MTU: uint32(max(d.MTU, 0)), Type: netenum.LinkTypeEther}

	switch {
	case d.Bond != nil:
		l.Logical, l.Kind = true, network.LinkKindBond
		l.BondMaster = bondFromDevice(*d.Bond)

		members := d.Bond.Interfaces
		for _, sel := range d.Bond.DeviceSelectors {
			members = append(slices.Clone(members), deviceNames("", &sel, links)...)
		}

		for i, m := range members {
			w.member(resolveName(m, links), func(s *network.LinkSpec) {
				s.BondSlave = network.BondSlave{MasterName: name, SlaveIndex: i}
			})
		}
	case d.Bridge != nil:
		l.Logical, l.Kind = true, network.LinkKindBridge
		l.BridgeMaster.STP.Enabled = document.Or(d.Bridge.STP.Enabled, false)
		l.BridgeMaster.VLAN.FilteringEnabled = document.Or(d.Bridge.VLAN.VLANFiltering, false)

		for _, m := range d.Bridge.Interfaces {
			w.member(resolveName(m, links), func(s *network.LinkSpec) { s.BridgeSlave.MasterName = name })
		}
	case document.Or(d.Dummy, false):
		l.Logical, l.Kind = true, "dummy"
	case d.Wireguard != nil:
		l.Logical, l.Kind, l.Type = true, network.LinkKindWireguard, netenum.LinkTypeNohdr
		l.Wireguard = wireguardFromDevice(*d.Wireguard)
	}

	if d.BridgePort != nil {
		l.BridgeSlave.MasterName = d.BridgePort.Master
	}

	w.link(l)
	w.deviceAddresses(name, d.CIDR, d.Addresses)
	w.deviceRoutes(name, d.Routes)
	w.deviceOperators(name, d.DHCP, d.DHCPOptions, d.VIP)

	for _, v := range d.Vlans {
		vlan := vlanName(name, v.VLANID)

		w.link(network.LinkSpec{
			Name: vlan, Logical: true, Up: true, MTU: v.MTU, Kind: network.LinkKindVLAN, Type: netenum.LinkTypeEther,
			ParentName: name, VLAN: network.VLANSpec{VID: uint32(v.VLANID), Protocol: netenum.VLANProtocol8021q},
		})
		w.deviceAddresses(vlan, v.CIDR, v.Addresses)
		w.deviceRoutes(vlan, v.Routes)
		w.deviceOperators(vlan, v.DHCP, v.DHCPOptions, v.VIP)
	}
}

// link adds a link, on top of what a membership may have said about it before.
func (w *wanted) link(l network.LinkSpec) {
	for i, have := range w.links {
		if have.Name == l.Name {
			w.links[i] = mergeLinks([]network.LinkSpec{have, l})

			return
		}
	}

	w.links = append(w.links, l)
}

// member says one thing about a link and nothing else.
func (w *wanted) member(name string, set func(*network.LinkSpec)) {
	for i := range w.links {
		if w.links[i].Name == name {
			set(&w.links[i])

			return
		}
	}

	l := network.LinkSpec{Name: name, Up: true, Type: netenum.LinkTypeEther}
	set(&l)
	w.links = append(w.links, l)
}

// ifNameSize is IFNAMSIZ less the terminating zero.
const ifNameSize = 15

// vlanName is "parent.id"; a parent whose name leaves no room for that is cut in
// the middle, where predictable names are least telling.
func vlanName(parent string, id uint16) string {
	suffix := fmt.Sprintf(".%d", id)
	if room := ifNameSize - len(suffix); len(parent) > room {
		parent = parent[:room/2] + parent[len(parent)-(room-room/2):]
	}

	return parent + suffix
}

func (w *wanted) deviceAddresses(link, cidr string, addresses []string) {
	if cidr != "" {
		addresses = append([]string{cidr}, addresses...)
	}

	for _, a := range addresses {
		if p, err := parsePrefix(a); err == nil {
			w.addresses = append(w.addresses, address(link, p, 0))
		}
	}
}

// parsePrefix takes an address without a length as a single host.
func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}

	return netip.ParsePrefix(s)
}

func (w *wanted) deviceRoutes(link string, routes []v1alpha1.Route) {
	for _, r := range routes {
		spec := network.RouteSpec{OutLinkName: link, Priority: r.Metric, MTU: r.MTU}
		spec.Destination, _ = netip.ParsePrefix(r.Network)
		spec.Gateway, _ = netip.ParseAddr(r.Gateway)
		spec.Source, _ = netip.ParseAddr(r.Source)

		w.route(spec)
	}
}

func (w *wanted) route(r network.RouteSpec) {
	if r.Priority == 0 {
		r.Priority = defaultRouteMetric
	}

	w.routes = append(w.routes, route(r))
}

func (w *wanted) deviceOperators(link string, dhcp *bool, opts *v1alpha1.DHCPOptions, vip *v1alpha1.DeviceVIPConfig) {
	if opts == nil {
		opts = &v1alpha1.DHCPOptions{}
	}

	metric := opts.RouteMetric
	if metric == 0 {
		metric = defaultRouteMetric
	}

	if document.Or(dhcp, false) {
		if document.Or(opts.IPv4, true) {
			w.operators = append(w.operators, network.OperatorSpec{
				Operator: network.OperatorDhcp4, LinkName: link, RequireUp: true,
				DHCP4: network.DHCP4OperatorSpec{RouteMetric: metric},
			})
		}

		if document.Or(opts.IPv6, false) {
			w.operators = append(w.operators, network.OperatorSpec{
				Operator: network.OperatorDhcp6, LinkName: link, RequireUp: true,
				DHCP6: network.DHCP6OperatorSpec{
					RouteMetric:      metric,
					ClientIdentifier: network.ClientIdentifierSpec{DUIDRawHex: opts.DUIDv6},
				},
			})
		}
	}

	if vip != nil {
		if ip, err := netip.ParseAddr(vip.IP); err == nil {
			o := vipOperator(link, ip)

			if vip.EquinixMetal != nil {
				o.VIP.EquinixMetal.APIToken = vip.EquinixMetal.APIToken
			}

			if vip.Hcloud != nil {
				o.VIP.HCloud.APIToken = vip.Hcloud.APIToken
			}

			w.operators = append(w.operators, o)
		}
	}
}

func vipOperator(link string, ip netip.Addr) network.OperatorSpec {
	return network.OperatorSpec{
		Operator: network.OperatorVip, LinkName: link, RequireUp: true,
		VIP: network.VIPOperatorSpec{IP: ip, GratuitousARP: true},
	}
}

func wireguardFromDevice(d v1alpha1.DeviceWireguardConfig) network.WireguardSpec {
	s := network.WireguardSpec{PrivateKey: d.PrivateKey, ListenPort: d.ListenPort, FirewallMark: d.FirewallMark}

	for _, p := range d.Peers {
		peer := network.WireguardPeer{
			PublicKey: p.PublicKey, Endpoint: p.Endpoint, PersistentKeepaliveInterval: p.PersistentKeepaliveInterval,
		}

		for _, a := range p.AllowedIPs {
			if prefix, err := parsePrefix(a); err == nil {
				peer.AllowedIPs = append(peer.AllowedIPs, prefix.Masked())
			}
		}

		s.Peers = append(s.Peers, peer)
	}

	return s
}
