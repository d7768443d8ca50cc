package netctl

import (
	"net"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// cmdline is what kernel arguments say about the network:
//
//	ip=client:server:gateway:netmask:hostname:device:autoconf:dns0:dns1:ntp0
//	ip=dhcp, ip=device:dhcp
//	vlan=eth0.5:eth0
//	bond=bond0:eth0,eth1:mode=active-backup,miimon=100:1500
//	talos.hostname=name
//	talos.network.interface.ignore=pattern
//
// ip, vlan, bond and the last may come several times. IPv6 addresses are written
// in brackets. The first form is Documentation/admin-guide/nfs/nfsroot.rst's.
type cmdline struct {
	hostname string
	ignore   []string
	ips      []cmdlineIP
	vlans    []cmdlineVLAN
	bonds    []cmdlineBond
}

type cmdlineIP struct {
	address  netip.Prefix
	gateway  netip.Addr
	hostname string
	link     string
	dhcp     bool
	dns      []netip.Addr
	ntp      []string
}

type cmdlineVLAN struct{ name, parent string }

type cmdlineBond struct {
	name    string
	members []string
	options string
	mtu     uint32
}

func parseCmdline(line string) cmdline {
	var c cmdline

	for _, arg := range fields(line) {
		key, value, _ := strings.Cut(arg, "=")
		value = strings.Trim(value, `"`)

		switch key {
		case "talos.hostname":
			c.hostname = value
		case "talos.network.interface.ignore":
			c.ignore = append(c.ignore, value)
		case "ip":
			if ip, ok := parseIPArg(value); ok {
				c.ips = append(c.ips, ip)
			}
		case "vlan":
			if name, parent, ok := strings.Cut(value, ":"); ok && name != "" && parent != "" {
				c.vlans = append(c.vlans, cmdlineVLAN{name, parent})
			}
		case "bond":
			c.bonds = append(c.bonds, parseBondArg(value))
		}
	}

	return c
}

// fields splits at spaces outside of double quotes, as the kernel does.
func fields(line string) []string {
	quoted := false

	return strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}

		return !quoted && (r == ' ' || r == '\t' || r == '\n')
	})
}

// colons splits at colons outside of brackets, and takes the brackets off.
func colons(s string) []string {
	var (
		out   []string
		cur   strings.Builder
		depth int
	)

	for _, r := range s {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == ':' && depth == 0:
			out = append(out, cur.String())
			cur.Reset()
		default:
			cur.WriteRune(r)
		}
	}

	return append(out, cur.String())
}

func parseIPArg(value string) (cmdlineIP, bool) {
	dynamic := []string{"dhcp", "on", "any", "both"}
	f := colons(value)

	switch {
	case len(f) == 1 && slices.Contains(dynamic, f[0]):
		return cmdlineIP{dhcp: true}, true
	case len(f) == 2 && slices.Contains(dynamic, f[1]):
		return cmdlineIP{dhcp: true, link: f[0]}, true
	case len(f) < 4:
		return cmdlineIP{}, false
	}

	for len(f) < 10 {
		f = append(f, "")
	}

	ip := cmdlineIP{hostname: f[4], link: f[5], dhcp: slices.Contains(dynamic, f[6])}
	ip.gateway, _ = netip.ParseAddr(f[2])

	if f[0] != "" {
		addr, err := netip.ParseAddr(f[0])
		if err != nil {
			return cmdlineIP{}, false
		}

		ip.address = netip.PrefixFrom(addr, maskBits(f[3], addr))
	}

	for _, s := range f[7:9] {
		if a, err := netip.ParseAddr(s); err == nil {
			ip.dns = append(ip.dns, a)
		}
	}

	if f[9] != "" {
		ip.ntp = []string{f[9]}
	}

	return ip, ip.address.IsValid() || ip.dhcp
}

// maskBits reads a dotted mask or a length; nothing means a single host.
func maskBits(s string, addr netip.Addr) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= addr.BitLen() {
		return n
	}

	if m, err := netip.ParseAddr(s); err == nil {
		if ones, bits := net.IPMask(m.AsSlice()).Size(); bits == addr.BitLen() {
			return ones
		}
	}

	return addr.BitLen()
}

func parseBondArg(value string) cmdlineBond {
	f := colons(value)
	for len(f) < 4 {
		f = append(f, "")
	}

	b := cmdlineBond{name: f[0], options: f[2]}
	if b.name == "" {
		b.name = "bond0"
	}

	b.members = []string{"eth0", "eth1"}
	if f[1] != "" {
		b.members = strings.Split(f[1], ",")
	}

	if mtu, err := strconv.ParseUint(f[3], 10, 32); err == nil {
		b.mtu = uint32(mtu)
	}

	return b
}

func (c cmdline) ignores(link string) bool {
	return slices.ContainsFunc(c.ignore, func(p string) bool {
		ok, err := path.Match(p, link)

		return err == nil && ok
	})
}

// hostnames, in order: the argument of its own wins over ip=.
func (c cmdline) hostnames() (string, bool) {
	if c.hostname != "" {
		return c.hostname, true
	}

	for _, ip := range c.ips {
		// Boot loaders without a name put the address there.
		if _, err := netip.ParseAddr(ip.hostname); ip.hostname != "" && err != nil {
			return ip.hostname, true
		}
	}

	return "", false
}

func fromCmdline(c cmdline, links map[string]network.LinkStatusSpec) wanted {
	var w wanted

	for _, b := range c.bonds {
		l := network.LinkSpec{
			Name: b.name, Logical: true, Up: true, Kind: network.LinkKindBond, Type: netenum.LinkTypeEther,
			MTU: b.mtu, BondMaster: bondDefaults(),
		}

		for option := range strings.SplitSeq(b.options, ",") {
			bondOption(&l.BondMaster, option)
		}

		bondMonitors(&l.BondMaster)
		w.link(l)

		for i, m := range b.members {
			w.member(cmdlineLink(m, links), func(s *network.LinkSpec) {
				s.BondSlave = network.BondSlave{MasterName: b.name, SlaveIndex: i}
			})
		}
	}

	for _, v := range c.vlans {
		_, id, ok := strings.Cut(v.name, ".")
		if !ok {
			id = strings.TrimLeft(strings.TrimPrefix(v.name, "vlan"), "0")
		}

		vid, err := strconv.ParseUint(id, 10, 12)
		if err != nil {
			continue
		}

		parent := cmdlineLink(v.parent, links)
		w.link(network.LinkSpec{
			Name: v.name, Logical: true, Up: true, Kind: network.LinkKindVLAN, Type: netenum.LinkTypeEther,
			ParentName: parent, VLAN: network.VLANSpec{VID: uint32(vid), Protocol: netenum.VLANProtocol8021q},
		})
		w.member(parent, func(*network.LinkSpec) {})
	}

	for _, ip := range c.ips {
		name := cmdlineLink(ip.link, links)
		if name == "" {
			continue // no network card yet
		}

		w.member(name, func(*network.LinkSpec) {})

		if ip.dhcp {
			w.operators = append(w.operators, network.OperatorSpec{
				Operator: network.OperatorDhcp4, LinkName: name, RequireUp: true,
				DHCP4: network.DHCP4OperatorSpec{RouteMetric: defaultRouteMetric},
			})
		}

		if ip.address.IsValid() {
			w.addresses = append(w.addresses, address(name, ip.address, 0))
		}

		if ip.gateway.IsValid() && ip.address.IsValid() {
			w.route(network.RouteSpec{Gateway: ip.gateway, OutLinkName: name})
		}
	}

	return w
}

// cmdlineLink finds the link that an argument means: by name, by "enx" and the
// hardware address, or, for an empty name, the first network card.
func cmdlineLink(name string, links map[string]network.LinkStatusSpec) string {
	mac := ""

	if hex, ok := strings.CutPrefix(name, "enx"); ok && len(hex) == 12 {
		mac = strings.ToLower(hex)
	}

	if name != "" && mac == "" {
		return resolveName(name, links)
	}

	first := ""

	for n, l := range links {
		if !physical(l) {
			continue
		}

		if mac != "" && strings.ReplaceAll(l.HardwareAddr.String(), ":", "") == mac {
			return n
		}

		if mac == "" && (first == "" || l.Index < links[first].Index) {
			first = n
		}
	}

	if mac != "" {
		return name
	}

	return first
}

func bondOption(b *network.BondMasterSpec, option string) {
	key, value, _ := strings.Cut(option, "=")
	number, _ := strconv.ParseUint(value, 10, 32)
	n := uint32(number)

	switch key {
	case "mode":
		parse(&b.Mode, value)

		if number < 7 && value != "" && value[0] >= '0' && value[0] <= '6' && len(value) == 1 {
			b.Mode = netenum.BondMode(n)
		}
	case "xmit_hash_policy":
		parse(&b.HashPolicy, value)
	case "lacp_rate":
		parse(&b.LACPRate, value)
	case "arp_validate":
		parse(&b.ARPValidate, value)
	case "arp_all_targets":
		parse(&b.ARPAllTargets, value)
	case "primary":
		b.Primary = value
	case "primary_reselect":
		parse(&b.PrimaryReselect, value)
	case "fail_over_mac":
		parse(&b.FailOverMac, value)
	case "ad_select":
		parse(&b.ADSelect, value)
	case "miimon":
		b.MIIMon = n
	case "updelay":
		b.UpDelay = n
	case "downdelay":
		b.DownDelay = n
	case "arp_interval":
		b.ARPInterval = n
	case "resend_igmp":
		b.ResendIGMP = n
	case "min_links":
		b.MinLinks = n
	case "lp_interval":
		b.LPInterval = n
	case "packets_per_slave":
		b.PacketsPerSlave = n
	case "num_grat_arp", "num_unsol_na":
		b.NumPeerNotif = n
	case "tlb_dynamic_lb":
		b.TLBDynamicLB = n
	case "all_slaves_active":
		b.AllSlavesActive = n
	case "use_carrier":
		b.UseCarrier = n != 0
	case "ad_actor_sys_prio":
		b.ADActorSysPrio = n
	case "ad_user_port_key":
		b.ADUserPortKey = n
	case "peer_notify_delay":
		b.PeerNotifyDelay = n
	}
}
