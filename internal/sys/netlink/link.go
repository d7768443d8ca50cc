package netlink

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"golang.org/x/sys/unix"
)

// Link is a network interface.
type Link struct {
	Name      string
	Alias     string
	AltNames  []string
	Index     uint32
	Type      uint16 // ARPHRD_*
	Flags     uint32 // IFF_*
	OperState uint8
	MTU       uint32
	Qdisc     string
	Address   net.HardwareAddr
	Broadcast net.HardwareAddr
	// Lower is IFLA_LINK: the parent of a VLAN, the peer of a veth.
	Lower     uint32
	Master    uint32
	Kind      string
	SlaveKind string

	// The one of Kind is set.
	VLAN   *VLAN
	Bond   *Bond
	Bridge *Bridge
	VRF    *VRF
}

// Physical reports whether the link is a network card's (or a VM's), not a
// software device: those have a kind.
func (l Link) Physical() bool { return l.Type == unix.ARPHRD_ETHER && l.Kind == "" }

// Up reports the administrative state.
func (l Link) Up() bool { return l.Flags&unix.IFF_UP != 0 }

// VLAN is the data of kind "vlan".
type VLAN struct {
	ID       uint16
	Protocol uint16 // ETH_P_8021Q or ETH_P_8021AD
}

// Bridge is the data of kind "bridge".
type Bridge struct {
	STP           bool
	VLANFiltering bool
}

// VRF is the data of kind "vrf".
type VRF struct{ Table uint32 }

// Bond is the data of kind "bond". Times are milliseconds, as the kernel has them.
type Bond struct {
	Mode            uint8
	HashPolicy      uint8
	LACPRate        uint8
	ARPValidate     uint32
	ARPAllTargets   uint32
	Primary         uint32 // link index, 0 for none
	PrimaryReselect uint8
	FailOverMAC     uint8
	ADSelect        uint8
	MIIMon          uint32
	UpDelay         uint32
	DownDelay       uint32
	ARPInterval     uint32
	ResendIGMP      uint32
	MinLinks        uint32
	LPInterval      uint32
	PacketsPerSlave uint32
	NumPeerNotif    uint8
	TLBDynamicLB    uint8
	AllSlavesActive uint8
	UseCarrier      uint8
	ADActorSysPrio  uint16
	ADUserPortKey   uint16
	PeerNotifyDelay uint32
	ADLACPActive    uint8
	MissedMax       uint8
	ARPIPTargets    []netip.Addr
	NSIP6Targets    []netip.Addr
}

// Links lists all links.
func (c *Conn) Links() ([]Link, error) {
	msgs, err := dump(c.rt.Link.List)
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}

	out := make([]Link, 0, len(msgs))

	for _, m := range msgs {
		if m.Attributes == nil {
			continue
		}

		l, err := linkOf(m)
		if err != nil {
			return nil, fmt.Errorf("decode link %s: %w", m.Attributes.Name, err)
		}

		out = append(out, l)
	}

	return out, nil
}

func linkOf(m rtnetlink.LinkMessage) (Link, error) {
	a := m.Attributes

	l := Link{
		Name: a.Name, AltNames: a.AltNames, Index: m.Index, Type: m.Type, Flags: m.Flags,
		OperState: uint8(a.OperationalState), MTU: a.MTU, Qdisc: a.QueueDisc,
		Address: a.Address, Broadcast: a.Broadcast, Lower: a.Type,
	}

	if a.Alias != nil {
		l.Alias = *a.Alias
	}

	if a.Master != nil {
		l.Master = *a.Master
	}

	if a.Info == nil {
		return l, nil
	}

	l.Kind, l.SlaveKind = a.Info.Kind, a.Info.SlaveKind

	data, ok := a.Info.Data.(*rtnetlink.LinkData)
	if !ok || data == nil {
		return l, nil
	}

	return l, l.decodeData(data.Data)
}

// AddLink makes a link of Kind with its data, Name, and where set MTU, Address,
// Lower. For a veth, peer is the name of its other end.
func (c *Conn) AddLink(l Link, peer string) error {
	data, err := l.encodeData(peer, false)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", l.Kind, l.Name, err)
	}

	err = c.rt.Link.New(&rtnetlink.LinkMessage{Attributes: &rtnetlink.LinkAttributes{
		Name: l.Name, MTU: l.MTU, Address: l.Address, Type: l.Lower,
		Info: &rtnetlink.LinkInfo{Kind: l.Kind, Data: &rtnetlink.LinkData{Name: l.Kind, Data: data}},
	}})
	if err != nil {
		return fmt.Errorf("add %s %s: %w", l.Kind, l.Name, err)
	}

	return nil
}

// DeleteLink removes a link of a kind; physical ones cannot be removed.
func (c *Conn) DeleteLink(index uint32) error {
	if err := c.rt.Link.Delete(index); err != nil {
		return fmt.Errorf("delete link %d: %w", index, err)
	}

	return nil
}

// LinkChange is what to change about a link; nil and zero fields stay.
type LinkChange struct {
	// Name renames it, since Linux 6.2 also while it is up.
	Name string
	// Alias is free text for people; empty takes it away.
	Alias     *string
	Up        *bool
	Multicast *bool
	MTU       uint32
	Address   net.HardwareAddr
	Master    *uint32 // 0 frees it
	// Kind data to set, by the link's kind. A bond takes its mode only while it
	// is down and has no slaves.
	Data *Link
}

// ChangeLink carries out a change.
func (c *Conn) ChangeLink(index uint32, ch LinkChange) error {
	m := &rtnetlink.LinkMessage{Index: index, Attributes: &rtnetlink.LinkAttributes{
		Name: ch.Name, Alias: ch.Alias, MTU: ch.MTU, Address: ch.Address, Master: ch.Master,
	}}

	flag := func(want *bool, bit uint32) {
		if want == nil {
			return
		}

		m.Change |= bit

		if *want {
			m.Flags |= bit
		}
	}

	flag(ch.Up, unix.IFF_UP)
	flag(ch.Multicast, unix.IFF_MULTICAST)

	if ch.Data != nil {
		data, err := ch.Data.encodeData("", true)
		if err != nil {
			return fmt.Errorf("encode %s: %w", ch.Data.Kind, err)
		}

		m.Attributes.Info = &rtnetlink.LinkInfo{
			Kind: ch.Data.Kind, Data: &rtnetlink.LinkData{Name: ch.Data.Kind, Data: data},
		}
	}

	if err := c.rt.Link.Set(m); err != nil {
		return fmt.Errorf("change link %d: %w", index, err)
	}

	return nil
}
