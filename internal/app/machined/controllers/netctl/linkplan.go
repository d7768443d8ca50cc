package netctl

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/wireguard"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

type linkView struct {
	specs, leaving []network.LinkSpec
	links          []netlink.Link
	// applied is what bonds were set to last. The driver normalizes some of its
	// options, and setting them again each round would cut the link each round.
	applied map[string]netlink.Bond
	// wireguard is what links of that kind have, tunnels what they were set to
	// last: a peer's endpoint roams, and shall not be called back each round.
	wireguard, tunnels map[string]wireguard.Device
	// held until names are final, see Deps.WaitForDevices.
	held  bool
	until time.Time
}

type linkPlan struct {
	ops   []linkOp
	again time.Time
}

func (p linkPlan) CheckAgainAt() time.Time { return p.again }

func (p linkPlan) String() string {
	var b strings.Builder
	for _, op := range p.ops {
		fmt.Fprintln(&b, op)
	}

	return b.String()
}

// linkOp is one step; the first field that is set says which.
type linkOp struct {
	name   string
	index  uint32
	delete bool
	create *netlink.Link
	peer   string
	tunnel *tunnelChange
	change netlink.LinkChange
}

type tunnelChange struct{ have, want wireguard.Device }

func (o linkOp) String() string {
	switch {
	case o.delete:
		return "- " + o.name
	case o.create != nil:
		return fmt.Sprintf("+ %s %s", o.name, o.create.Kind)
	case o.tunnel != nil:
		return fmt.Sprintf("~ %s peers=%d", o.name, len(o.tunnel.want.Peers)) // never the keys
	}

	s := "~ " + o.name

	if o.change.Master != nil {
		s += fmt.Sprintf(" master=%d", *o.change.Master)
	}

	if o.change.MTU != 0 {
		s += fmt.Sprintf(" mtu=%d", o.change.MTU)
	}

	if o.change.Address != nil {
		s += " address=" + o.change.Address.String()
	}

	if o.change.Data != nil {
		s += " data"
	}

	if o.change.Multicast != nil {
		s += fmt.Sprintf(" multicast=%t", *o.change.Multicast)
	}

	if o.change.Up != nil {
		s += fmt.Sprintf(" up=%t", *o.change.Up)
	}

	return s
}

func planLinks(v linkView) linkPlan {
	var p linkPlan

	if v.held {
		p.again = v.until
	}

	byName := map[string]netlink.Link{}
	for _, l := range v.links {
		byName[l.Name] = l
	}

	ours := map[string]network.LinkSpec{}
	for _, s := range v.specs {
		ours[s.Name] = s
	}

	for _, s := range v.leaving {
		l, exists := byName[s.Name]
		if _, again := ours[s.Name]; !again && exists && s.Logical && l.Kind == s.Kind && !gonePeer(p.ops, s) {
			p.ops = append(p.ops, linkOp{name: s.Name, index: l.Index, delete: true})
		}
	}

	specs := slices.Clone(v.specs)
	slices.SortFunc(specs, func(a, b network.LinkSpec) int { return strings.Compare(a.Name, b.Name) })

	for _, s := range specs {
		if v.held && s.Name != "lo" {
			continue
		}

		l, exists := byName[s.Name]

		switch {
		case s.Logical && !exists:
			if op, ok := create(s, byName); ok && !gonePeer(p.ops, s) {
				p.ops = append(p.ops, op)
			}
		case !exists: // hardware may still come
		case s.Logical && mustRemake(s, l, byName):
			// A physical link of that name is somebody's mistake, and cannot go.
			if l.Kind != "" && !gonePeer(p.ops, s) {
				p.ops = append(p.ops, linkOp{name: s.Name, index: l.Index, delete: true})
			}
		default:
			if s.Kind == network.LinkKindWireguard {
				p.ops = append(p.ops, tunnel(s, v)...)
			}

			p.ops = append(p.ops, adjust(s, l, byName, ours, v.applied)...)
		}
	}

	return p
}

// gonePeer reports whether an earlier step deals with the other end of a veth:
// both come and go together.
func gonePeer(ops []linkOp, s network.LinkSpec) bool {
	return s.Veth.PeerName != "" && slices.ContainsFunc(ops, func(o linkOp) bool {
		return o.name == s.Veth.PeerName && (o.delete || o.create != nil)
	})
}

func create(s network.LinkSpec, byName map[string]netlink.Link) (linkOp, bool) {
	l := data(s, byName)
	l.Name, l.MTU, l.Address = s.Name, s.MTU, []byte(s.HardwareAddress)

	if s.ParentName != "" {
		parent, ok := byName[s.ParentName]
		if !ok {
			return linkOp{}, false
		}

		l.Lower = parent.Index
	}

	return linkOp{name: s.Name, create: &l, peer: s.Veth.PeerName}, true
}

// data is a link with the data of its kind only.
func data(s network.LinkSpec, byName map[string]netlink.Link) netlink.Link {
	l := netlink.Link{Kind: s.Kind}

	switch s.Kind {
	case network.LinkKindVLAN:
		l.VLAN = &netlink.VLAN{ID: uint16(s.VLAN.VID), Protocol: uint16(s.VLAN.Protocol)}
	case network.LinkKindBridge:
		l.Bridge = &netlink.Bridge{STP: s.BridgeMaster.STP.Enabled, VLANFiltering: s.BridgeMaster.VLAN.FilteringEnabled}
	case network.LinkKindVRF:
		l.VRF = &netlink.VRF{Table: uint32(s.VRFMaster.Table)}
	case network.LinkKindBond:
		l.Bond = new(bond(s.BondMaster, byName))
	}

	return l
}

// mustRemake reports what the kernel does not let be changed in place.
func mustRemake(s network.LinkSpec, l netlink.Link, byName map[string]netlink.Link) bool {
	if l.Kind != s.Kind {
		return true
	}

	switch s.Kind {
	case network.LinkKindVLAN:
		parent, ok := byName[s.ParentName]

		return l.VLAN == nil || *l.VLAN != *data(s, nil).VLAN || ok && parent.Index != l.Lower
	case network.LinkKindVRF:
		return l.VRF == nil || l.VRF.Table != uint32(s.VRFMaster.Table)
	case network.LinkKindVeth:
		peer, ok := byName[s.Veth.PeerName]

		return !ok || peer.Index != l.Lower
	case network.LinkKindBond:
		// The mode changes only without slaves; they find their way back.
		return l.Bond == nil || l.Bond.Mode != uint8(s.BondMaster.Mode)
	}

	return false
}

func adjust(s network.LinkSpec, l netlink.Link, byName map[string]netlink.Link, ours map[string]network.LinkSpec, applied map[string]netlink.Bond) []linkOp {
	var (
		ops []linkOp
		up  = l.Up()
	)

	change := func(ch netlink.LinkChange) { ops = append(ops, linkOp{name: s.Name, index: l.Index, change: ch}) }

	// Some steps need the link down; the end of the plan puts that right.
	down := func() {
		if up {
			change(netlink.LinkChange{Up: new(false)})

			up = false
		}
	}

	if master, ok := wantedMaster(s, byName, ours, l.Master); ok && master != l.Master {
		// bond_enslave refuses an interface that is up.
		if s.BondSlave.MasterName != "" {
			down()
		}

		change(netlink.LinkChange{Master: &master})
	}

	if want := data(s, byName); want.Bond != nil && l.Bond != nil {
		if last, known := applied[s.Name]; !reflect.DeepEqual(*want.Bond, *l.Bond) && (!known || !reflect.DeepEqual(last, *want.Bond)) {
			down()
			change(netlink.LinkChange{Data: &want})
		}
	} else if want.Bridge != nil && l.Bridge != nil && *want.Bridge != *l.Bridge {
		change(netlink.LinkChange{Data: &want})
	}

	// Slaves take MTU and address from their bond.
	if s.BondSlave.MasterName == "" {
		if s.MTU != 0 && s.MTU != l.MTU {
			change(netlink.LinkChange{MTU: s.MTU})
		}

		if len(s.HardwareAddress) > 0 && !bytes.Equal(s.HardwareAddress, l.Address) {
			change(netlink.LinkChange{Address: []byte(s.HardwareAddress)})
		}
	}

	if s.Multicast != nil && *s.Multicast != (l.Flags&unix.IFF_MULTICAST != 0) {
		change(netlink.LinkChange{Multicast: s.Multicast})
	}

	if s.Up != up {
		change(netlink.LinkChange{Up: &s.Up})
	}

	return ops
}

// tunnel sets keys and peers before the link comes up: it must not send anything
// with the ones it had.
func tunnel(s network.LinkSpec, v linkView) []linkOp {
	have, ok := v.wireguard[s.Name]
	if !ok {
		return nil
	}

	want := tunnelOf(s.Wireguard)
	last, known := v.tunnels[s.Name]

	// Names resolve to addresses and the kernel chooses ports: what a round set
	// before is compared as it was asked for, the rest as the kernel has it.
	if known && reflect.DeepEqual(last, want) && reflect.DeepEqual(fixed(have, want), fixed(want, want)) {
		return nil
	}

	return []linkOp{{name: s.Name, tunnel: &tunnelChange{have, want}}}
}

// fixed leaves out what the kernel may change by itself.
func fixed(d, want wireguard.Device) wireguard.Device {
	d = d.Sorted()
	d.PublicKey = ""

	if want.ListenPort == 0 {
		d.ListenPort = 0
	}

	for i := range d.Peers {
		d.Peers[i].Endpoint = ""

		if len(d.Peers[i].AllowedIPs) == 0 {
			d.Peers[i].AllowedIPs = nil
		}
	}

	return d
}

func tunnelOf(s network.WireguardSpec) wireguard.Device {
	d := wireguard.Device{PrivateKey: s.PrivateKey, ListenPort: s.ListenPort, FirewallMark: s.FirewallMark}

	for _, p := range s.Peers {
		d.Peers = append(d.Peers, wireguard.Peer{
			PublicKey: p.PublicKey, PresharedKey: p.PresharedKey, Endpoint: p.Endpoint,
			Keepalive: p.PersistentKeepaliveInterval, AllowedIPs: p.AllowedIPs,
		})
	}

	return d.Sorted()
}

// wantedMaster is the index of the link's master and whether that is to be
// arranged. A link is set free only from masters that are ours: a CNI or a
// hypervisor may have put it into its own bridge.
func wantedMaster(s network.LinkSpec, byName map[string]netlink.Link, ours map[string]network.LinkSpec, now uint32) (uint32, bool) {
	name := s.BondSlave.MasterName + s.BridgeSlave.MasterName + s.VRFSlave.MasterName // at most one is set
	if name != "" {
		m, ok := byName[name]

		return m.Index, ok
	}

	for n, l := range byName {
		if l.Index == now && now != 0 {
			_, mine := ours[n]

			return 0, mine
		}
	}

	return 0, false
}

func bond(s network.BondMasterSpec, byName map[string]netlink.Link) netlink.Bond {
	b := netlink.Bond{
		Mode: uint8(s.Mode), HashPolicy: uint8(s.HashPolicy), LACPRate: uint8(s.LACPRate),
		ARPValidate: uint32(s.ARPValidate), ARPAllTargets: uint32(s.ARPAllTargets),
		PrimaryReselect: uint8(s.PrimaryReselect), FailOverMAC: uint8(s.FailOverMac), ADSelect: uint8(s.ADSelect),
		MIIMon: s.MIIMon, UpDelay: s.UpDelay, DownDelay: s.DownDelay, ARPInterval: s.ARPInterval,
		ResendIGMP: s.ResendIGMP, MinLinks: s.MinLinks, LPInterval: s.LPInterval, PacketsPerSlave: s.PacketsPerSlave,
		NumPeerNotif: uint8(s.NumPeerNotif), TLBDynamicLB: uint8(s.TLBDynamicLB), AllSlavesActive: uint8(s.AllSlavesActive),
		ADActorSysPrio: uint16(s.ADActorSysPrio), ADUserPortKey: uint16(s.ADUserPortKey),
		PeerNotifyDelay: s.PeerNotifyDelay, MissedMax: uint8(s.MissedMax),
		ARPIPTargets: s.ARPIPTargets, NSIP6Targets: s.NSIP6Targets,
	}

	if s.UseCarrier {
		b.UseCarrier = 1
	}

	if s.ADLACPActive != nil {
		b.ADLACPActive = uint8(*s.ADLACPActive)
	}

	if l, ok := byName[s.Primary]; ok {
		b.Primary = l.Index
	}

	return b
}
