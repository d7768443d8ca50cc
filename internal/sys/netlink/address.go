package netlink

import (
	"fmt"
	"net/netip"
	"unsafe"

	mdl "github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Attributes of address messages that golang.org/x/sys does not name.
const ifaRTPriority = 9 // IFA_RT_PRIORITY

// Address is an address on a link.
type Address struct {
	LinkIndex uint32
	Prefix    netip.Prefix
	// Local differs from Prefix's address on point-to-point links only, where
	// the latter is the peer's.
	Local     netip.Addr
	Broadcast netip.Addr
	Anycast   netip.Addr
	Multicast netip.Addr
	Scope     uint8
	Flags     uint32 // IFA_F_*
	// Priority is the metric of the route to the prefix that the kernel adds.
	Priority uint32
}

func family(a netip.Addr) uint8 {
	if a.Is4() {
		return unix.AF_INET
	}

	return unix.AF_INET6
}

func (a Address) message() ([]byte, error) {
	h := unix.IfAddrmsg{
		Family: family(a.Prefix.Addr()), Prefixlen: uint8(a.Prefix.Bits()),
		// The header has eight bits; the attribute below carries all.
		Flags: uint8(a.Flags), Scope: a.Scope, Index: a.LinkIndex,
	}

	ae := mdl.NewAttributeEncoder()

	local := a.Local
	if !local.IsValid() {
		local = a.Prefix.Addr()
	}

	ae.Bytes(unix.IFA_LOCAL, local.AsSlice())
	ae.Bytes(unix.IFA_ADDRESS, a.Prefix.Addr().AsSlice())

	if a.Broadcast.IsValid() {
		ae.Bytes(unix.IFA_BROADCAST, a.Broadcast.AsSlice())
	}

	ae.Uint32(unix.IFA_FLAGS, a.Flags)

	if a.Priority != 0 {
		ae.Uint32(ifaRTPriority, a.Priority)
	}

	b, err := ae.Encode()

	return append((*[unix.SizeofIfAddrmsg]byte)(unsafe.Pointer(&h))[:], b...), err
}

func (c *Conn) address(typ mdl.HeaderType, flags mdl.HeaderFlags, a Address) error {
	data, err := a.message()
	if err != nil {
		return err
	}

	_, err = c.raw.Execute(mdl.Message{
		Header: mdl.Header{Type: typ, Flags: mdl.Request | mdl.Acknowledge | flags}, Data: data,
	})

	return err
}

// AddAddress adds an address; one that is there already is EEXIST.
func (c *Conn) AddAddress(a Address) error {
	if err := c.address(unix.RTM_NEWADDR, mdl.Create|mdl.Excl, a); err != nil {
		return fmt.Errorf("add address %s to link %d: %w", a.Prefix, a.LinkIndex, err)
	}

	return nil
}

// DeleteAddress removes an address by link and prefix. Removing the first
// address of an IPv4 subnet takes the others of it along, unless the sysctl
// net.ipv4.conf.*.promote_secondaries says otherwise.
func (c *Conn) DeleteAddress(a Address) error {
	if err := c.address(unix.RTM_DELADDR, 0, a); err != nil {
		return fmt.Errorf("delete address %s of link %d: %w", a.Prefix, a.LinkIndex, err)
	}

	return nil
}

// Addresses lists the addresses of all links.
func (c *Conn) Addresses() ([]Address, error) {
	msgs, err := dump(func() ([]mdl.Message, error) {
		return c.raw.Execute(mdl.Message{
			Header: mdl.Header{Type: unix.RTM_GETADDR, Flags: mdl.Request | mdl.Dump},
			Data:   make([]byte, unix.SizeofIfAddrmsg),
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}

	out := make([]Address, 0, len(msgs))

	for _, m := range msgs {
		a, err := addressOf(m.Data)
		if err != nil {
			return nil, fmt.Errorf("decode address: %w", err)
		}

		out = append(out, a)
	}

	return out, nil
}

func addressOf(data []byte) (Address, error) {
	if len(data) < unix.SizeofIfAddrmsg {
		return Address{}, fmt.Errorf("message of %d bytes", len(data))
	}

	var h unix.IfAddrmsg

	copy((*[unix.SizeofIfAddrmsg]byte)(unsafe.Pointer(&h))[:], data)

	ad, err := mdl.NewAttributeDecoder(data[unix.SizeofIfAddrmsg:])
	if err != nil {
		return Address{}, err
	}

	a := Address{LinkIndex: h.Index, Scope: h.Scope, Flags: uint32(h.Flags)}

	var addr netip.Addr

	set := func(to *netip.Addr) { *to, _ = netip.AddrFromSlice(ad.Bytes()) }

	for ad.Next() {
		switch ad.Type() {
		case unix.IFA_ADDRESS:
			set(&addr)
		case unix.IFA_LOCAL:
			set(&a.Local)
		case unix.IFA_BROADCAST:
			set(&a.Broadcast)
		case unix.IFA_ANYCAST:
			set(&a.Anycast)
		case unix.IFA_MULTICAST:
			set(&a.Multicast)
		case unix.IFA_FLAGS:
			a.Flags = ad.Uint32()
		case ifaRTPriority:
			a.Priority = ad.Uint32()
		}
	}

	a.Prefix = netip.PrefixFrom(addr, int(h.Prefixlen))

	return a, ad.Err()
}
