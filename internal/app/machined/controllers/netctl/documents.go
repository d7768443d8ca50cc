package netctl

import (
	"net/netip"
	"strconv"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// documents translates the link, route, DHCP and virtual address documents.
func (w *wanted) documents(c *config.Config, links map[string]network.LinkStatusSpec) {
	name := func(n string) string { return resolveName(n, links) }

	for _, d := range config.Docs[document.LinkConfig](c) {
		w.settings(network.LinkSpec{Name: name(d.Name)}, d.LinkSettings)
	}

	for _, d := range config.Docs[document.VLANConfig](c) {
		l := network.LinkSpec{
			Name: d.Name, Logical: true, Kind: network.LinkKindVLAN, ParentName: name(d.Parent),
			VLAN: network.VLANSpec{VID: uint32(d.VLANID), Protocol: netenum.VLANProtocol8021q},
		}
		parse(&l.VLAN.Protocol, d.VLANMode)
		w.settings(l, d.LinkSettings)
		// A parent that nothing else is said about has its addresses on the VLAN.
		w.member(name(d.Parent), func(*network.LinkSpec) {})
	}

	for _, d := range config.Docs[document.BondConfig](c) {
		w.settings(network.LinkSpec{
			Name: d.Name, Logical: true, Kind: network.LinkKindBond, BondMaster: bondFromDocument(d),
			HardwareAddress: netenum.HardwareAddr(d.HardwareAddr),
		}, d.LinkSettings)

		for i, m := range d.Links {
			w.member(name(m), func(s *network.LinkSpec) {
				s.BondSlave = network.BondSlave{MasterName: d.Name, SlaveIndex: i}
			})
		}
	}

	for _, d := range config.Docs[document.BridgeConfig](c) {
		l := network.LinkSpec{
			Name: d.Name, Logical: true, Kind: network.LinkKindBridge, HardwareAddress: netenum.HardwareAddr(d.HardwareAddr),
		}
		l.BridgeMaster.STP.Enabled = document.Or(d.STP.Enabled, false)
		l.BridgeMaster.VLAN.FilteringEnabled = document.Or(d.VLAN.Filtering, false)
		w.settings(l, d.LinkSettings)

		for _, m := range d.Links {
			w.member(name(m), func(s *network.LinkSpec) { s.BridgeSlave.MasterName = d.Name })
		}
	}

	for _, d := range config.Docs[document.VRFConfig](c) {
		w.settings(network.LinkSpec{
			Name: d.Name, Logical: true, Kind: network.LinkKindVRF, HardwareAddress: netenum.HardwareAddr(d.HardwareAddr),
			VRFMaster: network.VRFMasterSpec{Table: netenum.RoutingTable(d.Table)},
		}, d.LinkSettings)

		for _, m := range d.Links {
			w.member(name(m), func(s *network.LinkSpec) { s.VRFSlave.MasterName = d.Name })
		}
	}

	for _, d := range config.Docs[document.DummyLinkConfig](c) {
		w.settings(network.LinkSpec{
			Name: d.Name, Logical: true, Kind: "dummy", HardwareAddress: netenum.HardwareAddr(d.HardwareAddr),
		}, d.LinkSettings)
	}

	for _, d := range config.Docs[document.VethConfig](c) {
		for _, end := range []struct {
			name, peer string
			settings   document.LinkSettings
		}{{d.Name, d.Peer.Name, d.LinkSettings}, {d.Peer.Name, d.Name, d.Peer.LinkSettings}} {
			w.settings(network.LinkSpec{
				Name: end.name, Logical: true, Kind: network.LinkKindVeth, Veth: network.VethSpec{PeerName: end.peer},
			}, end.settings)
		}
	}

	for _, d := range config.Docs[document.WireguardConfig](c) {
		w.settings(network.LinkSpec{
			Name: d.Name, Logical: true, Kind: network.LinkKindWireguard, Type: netenum.LinkTypeNohdr,
			Wireguard: wireguardFromDocument(d),
		}, d.LinkSettings)
	}

	w.routeDocuments(c)
	w.operatorDocuments(c, name)
	w.hcloudVIPs(c, name)
}

func (w *wanted) settings(l network.LinkSpec, s document.LinkSettings) {
	l.Up, l.MTU, l.Multicast = document.Or(s.Up, true), s.MTU, s.Multicast
	if l.Type == 0 {
		l.Type = netenum.LinkTypeEther
	}

	w.link(l)

	for _, a := range s.Addresses {
		w.addresses = append(w.addresses, address(l.Name, a.Address, a.RoutePriority))
	}

	for _, r := range s.Routes {
		w.route(network.RouteSpec{
			OutLinkName: l.Name, Destination: r.Destination, Gateway: r.Gateway, Source: r.Source,
			Priority: r.Metric, MTU: r.MTU, Table: netenum.RoutingTable(r.Table),
		})
	}
}

func wireguardFromDocument(d document.WireguardConfig) network.WireguardSpec {
	s := network.WireguardSpec{PrivateKey: d.PrivateKey, ListenPort: d.ListenPort, FirewallMark: d.FirewallMark}

	for _, p := range d.Peers {
		peer := network.WireguardPeer{
			PublicKey: p.PublicKey, PresharedKey: p.PresharedKey, AllowedIPs: p.AllowedIPs,
			PersistentKeepaliveInterval: p.PersistentKeepaliveInterval,
		}

		if p.Endpoint.IsValid() {
			peer.Endpoint = p.Endpoint.String()
		}

		s.Peers = append(s.Peers, peer)
	}

	return s
}

func (w *wanted) routeDocuments(c *config.Config) {
	for _, d := range config.Docs[document.BlackholeRouteConfig](c) {
		if dst, err := netip.ParsePrefix(d.Name); err == nil {
			w.route(network.RouteSpec{Destination: dst, Priority: d.Metric, Type: netenum.RouteTypeBlackhole})
		}
	}

	for _, d := range config.Docs[document.RoutingRuleConfig](c) {
		priority, err := strconv.ParseUint(d.Name, 10, 32)
		if err != nil {
			continue
		}

		r := network.RoutingRuleSpec{
			Src: d.Src, Dst: d.Dst, Table: netenum.RoutingTable(d.Table), Priority: uint32(priority),
			Action: netenum.RoutingRuleActionUnicast, IIFName: d.IifName, OIFName: d.OifName, FwMark: d.FwMark, FwMask: d.FwMask,
		}
		parse(&r.Action, d.Action)

		if r.FwMark != 0 && r.FwMask == 0 {
			r.FwMask = 0xffffffff // what the kernel makes of a mark without a mask
		}

		// A rule without prefixes is for both families.
		for _, f := range []netenum.Family{netenum.FamilyInet4, netenum.FamilyInet6} {
			if fits(r.Src, f) && fits(r.Dst, f) {
				r.Family = f
				w.rules = append(w.rules, r)
			}
		}
	}
}

func fits(p netip.Prefix, f netenum.Family) bool { return !p.IsValid() || familyOf(p.Addr()) == f }

func (w *wanted) operatorDocuments(c *config.Config, name func(string) string) {
	for _, d := range config.Docs[document.DHCPv4Config](c) {
		spec := network.DHCP4OperatorSpec{
			RouteMetric: d.RouteMetric, SkipHostnameRequest: document.Or(d.IgnoreHostname, false),
			SkipRoutes: document.Or(d.IgnoreRoutes, false), ClientIdentifier: clientIdentifier(d.ClientIdentifier, d.DUIDRaw.String()),
		}
		if spec.RouteMetric == 0 {
			spec.RouteMetric = defaultRouteMetric
		}

		w.operators = append(w.operators, network.OperatorSpec{
			Operator: network.OperatorDhcp4, LinkName: name(d.Name), RequireUp: true, DHCP4: spec,
		})
		w.member(name(d.Name), func(*network.LinkSpec) {})
	}

	for _, d := range config.Docs[document.DHCPv6Config](c) {
		spec := network.DHCP6OperatorSpec{
			RouteMetric: d.RouteMetric, SkipHostnameRequest: document.Or(d.IgnoreHostname, false),
			ClientIdentifier: clientIdentifier(d.ClientIdentifier, d.DUIDRaw.String()),
		}
		if spec.RouteMetric == 0 {
			spec.RouteMetric = defaultRouteMetric
		}

		w.operators = append(w.operators, network.OperatorSpec{
			Operator: network.OperatorDhcp6, LinkName: name(d.Name), RequireUp: true, DHCP6: spec,
		})
		w.member(name(d.Name), func(*network.LinkSpec) {})
	}

	for _, d := range config.Docs[document.Layer2VIPConfig](c) {
		if ip, err := netip.ParseAddr(d.Name); err == nil {
			w.operators = append(w.operators, vipOperator(name(d.Link), ip))
		}
	}
}

// hcloudVIPs are virtual addresses that the cloud has to be told of.
func (w *wanted) hcloudVIPs(c *config.Config, name func(string) string) {
	for _, d := range config.Docs[document.HCloudVIPConfig](c) {
		if ip, err := netip.ParseAddr(d.Name); err == nil {
			o := vipOperator(name(d.Link), ip)
			o.VIP.HCloud.APIToken = d.APIToken
			w.operators = append(w.operators, o)
		}
	}
}

func clientIdentifier(kind, duid string) network.ClientIdentifierSpec {
	s := network.ClientIdentifierSpec{ClientIdentifier: netenum.ClientIdentifierMac, DUIDRawHex: duid}
	parse(&s.ClientIdentifier, kind)

	return s
}
