package netlink

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	mdl "github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Route is a route of a table.
type Route struct {
	Family uint8
	// Destination is invalid for the default route.
	Destination netip.Prefix
	Gateway     netip.Addr
	// Source is the preferred source address.
	Source   netip.Addr
	OutIndex uint32
	Table    uint32
	Priority uint32
	Scope    uint8
	Type     uint8
	Flags    uint32
	Protocol uint8
	MTU      uint32
	NextHops []NextHop
}

// NextHop is one of several ways of a route.
type NextHop struct {
	Gateway  netip.Addr
	OutIndex uint32
	Weight   uint32 // at least 1
}

// Routes lists the routes of all tables.
func (c *Conn) Routes() ([]Route, error) {
	msgs, err := dump(c.rt.Route.List)
	if err != nil {
		return nil, fmt.Errorf("list routes: %w", err)
	}

	out := make([]Route, 0, len(msgs))

	for _, m := range msgs {
		// Cached clones are per-destination state (PMTU), not routes.
		if m.Flags&unix.RTM_F_CLONED != 0 || m.Family != unix.AF_INET && m.Family != unix.AF_INET6 {
			continue
		}

		out = append(out, routeOf(m))
	}

	return out, nil
}

func addrOf(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)

	return a.Unmap()
}

func routeOf(m rtnetlink.RouteMessage) Route {
	a := m.Attributes

	r := Route{
		Family: m.Family, Gateway: addrOf(a.Gateway), Source: addrOf(a.Src), OutIndex: a.OutIface,
		Table: uint32(m.Table), Priority: a.Priority, Scope: m.Scope, Type: m.Type, Flags: m.Flags, Protocol: m.Protocol,
	}

	if dst := addrOf(a.Dst); dst.IsValid() {
		r.Destination = netip.PrefixFrom(dst, int(m.DstLength))
	}

	if a.Table != 0 {
		r.Table = a.Table
	}

	if a.Metrics != nil {
		r.MTU = a.Metrics.MTU
	}

	for _, nh := range a.Multipath {
		r.NextHops = append(r.NextHops, NextHop{
			Gateway: addrOf(nh.Gateway), OutIndex: nh.Hop.IfIndex, Weight: uint32(nh.Hop.Hops) + 1,
		})
	}

	return r
}

func (r Route) message() *rtnetlink.RouteMessage {
	m := &rtnetlink.RouteMessage{
		Family: r.Family, Protocol: r.Protocol, Scope: r.Scope, Type: r.Type, Flags: r.Flags,
		Attributes: rtnetlink.RouteAttributes{
			OutIface: r.OutIndex, Table: r.Table, Priority: r.Priority,
			Gateway: ipOf(r.Gateway), Src: ipOf(r.Source),
		},
	}

	// The header's table has eight bits only; the attribute has the truth.
	if r.Table < 256 {
		m.Table = uint8(r.Table)
	}

	if r.Destination.IsValid() {
		m.DstLength = uint8(r.Destination.Bits())
		m.Attributes.Dst = ipOf(r.Destination.Masked().Addr())
	}

	if r.MTU != 0 {
		m.Attributes.Metrics = &rtnetlink.RouteMetrics{MTU: r.MTU}
	}

	for _, nh := range r.NextHops {
		m.Attributes.Multipath = append(m.Attributes.Multipath, rtnetlink.NextHop{
			Hop:     rtnetlink.RTNextHop{IfIndex: nh.OutIndex, Hops: uint8(max(nh.Weight, 1) - 1)},
			Gateway: ipOf(nh.Gateway),
		})
	}

	return m
}

func ipOf(a netip.Addr) net.IP {
	if !a.IsValid() {
		return nil
	}

	return a.AsSlice()
}

// AddRoute adds a route next to others of the same table, destination and
// priority: with NLM_F_EXCL the kernel refuses a second default route through
// another gateway. The same one is EEXIST.
func (c *Conn) AddRoute(r Route) error {
	_, err := c.rt.Execute(r.message(), unix.RTM_NEWROUTE, mdl.Request|mdl.Acknowledge|mdl.Create|mdl.Append)
	if err != nil {
		return fmt.Errorf("add route %s: %w", r, err)
	}

	return nil
}

// DeleteRoute removes a route.
func (c *Conn) DeleteRoute(r Route) error {
	m := r.message()
	// Flags and protocol only narrow the search.
	m.Flags = 0
	m.Attributes.Metrics = nil

	if err := c.rt.Route.Delete(m); err != nil {
		return fmt.Errorf("delete route %s: %w", r, err)
	}

	return nil
}

func (r Route) String() string {
	dst := "default"
	if r.Destination.IsValid() {
		dst = r.Destination.String()
	}

	s := fmt.Sprintf("%s dev %d table %d metric %d", dst, r.OutIndex, r.Table, r.Priority)
	if r.Gateway.IsValid() {
		s += " via " + r.Gateway.String()
	}

	return s
}
