//go:build netns

package netlink_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func dial(t *testing.T) *netlink.Conn {
	t.Helper()

	c, err := netlink.Dial()
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { c.Close() }) //nolint:errcheck

	return c
}

func link(t *testing.T, c *netlink.Conn, name string) netlink.Link {
	t.Helper()

	list, err := c.Links()
	if err != nil {
		t.Fatal(err)
	}

	i := slices.IndexFunc(list, func(l netlink.Link) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("no link %s", name)
	}

	return list[i]
}

func must(t *testing.T, err error) {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}
}

func up(t *testing.T, c *netlink.Conn, name string) uint32 {
	t.Helper()

	l := link(t, c, name)
	yes := true
	must(t, c.ChangeLink(l.Index, netlink.LinkChange{Up: &yes}))

	return l.Index
}

func TestLinkKinds(t *testing.T) {
	c := dial(t)

	must(t, c.AddLink(netlink.Link{Name: "k-veth", Kind: "veth", MTU: 1400}, "k-peer"))
	d := link(t, c, "k-veth")

	if d.MTU != 1400 || d.Kind != "veth" || d.Physical() {
		t.Errorf("veth is %+v", d)
	}

	if v, p := link(t, c, "k-veth"), link(t, c, "k-peer"); v.Lower != p.Index || p.Lower != v.Index {
		t.Errorf("veth pair does not point at each other: %+v %+v", v, p)
	}

	alias := "uplink"
	must(t, c.ChangeLink(d.Index, netlink.LinkChange{Alias: &alias}))

	if l := link(t, c, "k-veth"); l.Alias != alias {
		t.Errorf("alias is %q", l.Alias)
	}

	alias = ""
	must(t, c.ChangeLink(d.Index, netlink.LinkChange{Alias: &alias}))

	if l := link(t, c, "k-veth"); l.Alias != "" {
		t.Errorf("alias is still %q", l.Alias)
	}

	// Kinds that this kernel may have or not.
	optional := func(l netlink.Link) bool {
		err := c.AddLink(l, "")
		if errors.Is(err, unix.EOPNOTSUPP) {
			t.Logf("kernel without %s", l.Kind)

			return false
		}

		must(t, err)

		return true
	}

	if optional(netlink.Link{Name: "k-dummy", Kind: "dummy"}) {
		if l := link(t, c, "k-dummy"); l.Kind != "dummy" {
			t.Errorf("dummy is %+v", l)
		}
	}

	if optional(netlink.Link{Name: "k-vlan", Kind: "vlan", Lower: d.Index, VLAN: &netlink.VLAN{ID: 42, Protocol: unix.ETH_P_8021AD}}) {
		if v := link(t, c, "k-vlan"); *v.VLAN != (netlink.VLAN{ID: 42, Protocol: unix.ETH_P_8021AD}) || v.Lower != d.Index {
			t.Errorf("vlan is %+v", v)
		}
	}

	if optional(netlink.Link{Name: "k-br", Kind: "bridge", Bridge: &netlink.Bridge{STP: true}}) {
		br := link(t, c, "k-br")
		if !br.Bridge.STP || br.Bridge.VLANFiltering {
			t.Errorf("bridge is %+v", br.Bridge)
		}

		must(t, c.ChangeLink(d.Index, netlink.LinkChange{Master: &br.Index}))

		if l := link(t, c, "k-veth"); l.Master != br.Index || l.SlaveKind != "bridge" {
			t.Errorf("port is %+v", l)
		}

		none := uint32(0)
		must(t, c.ChangeLink(d.Index, netlink.LinkChange{Master: &none}))
		must(t, c.DeleteLink(br.Index))
	}

	if optional(netlink.Link{Name: "k-vrf", Kind: "vrf", VRF: &netlink.VRF{Table: 77}}) {
		if v := link(t, c, "k-vrf"); v.VRF.Table != 77 {
			t.Errorf("vrf is %+v", v.VRF)
		}
	}

	for mode := range uint8(7) {
		bond := netlink.Bond{Mode: mode, MIIMon: 100, ResendIGMP: 1, LPInterval: 1, PacketsPerSlave: 1, NumPeerNotif: 1, UseCarrier: 1, TLBDynamicLB: 1, ADLACPActive: 1}

		if !optional(netlink.Link{Name: "k-bond", Kind: "bond", Bond: &bond}) {
			break
		}

		b := link(t, c, "k-bond")
		if b.Bond.Mode != mode || b.Bond.MIIMon != 100 {
			t.Errorf("bond of mode %d is %+v", mode, b.Bond)
		}

		must(t, c.DeleteLink(b.Index))
	}
}

func TestAddresses(t *testing.T) {
	c := dial(t)
	must(t, c.AddLink(netlink.Link{Name: "a0", Kind: "veth"}, "a1"))
	idx := up(t, c, "a0")

	for _, p := range []string{"10.77.0.4/24", "fd77::4/64", "10.77.9.9/32"} {
		a := netlink.Address{LinkIndex: idx, Prefix: netip.MustParsePrefix(p), Flags: unix.IFA_F_PERMANENT, Priority: 2000}
		must(t, c.AddAddress(a))

		if err := c.AddAddress(a); !errors.Is(err, unix.EEXIST) {
			t.Errorf("second add of %s: %v", p, err)
		}
	}

	list, err := c.Addresses()
	must(t, err)

	find := func(p string) (netlink.Address, bool) {
		for _, a := range list {
			if a.LinkIndex == idx && a.Prefix.String() == p {
				return a, true
			}
		}

		return netlink.Address{}, false
	}

	a, ok := find("10.77.0.4/24")
	if !ok || a.Local.String() != "10.77.0.4" || a.Priority != 2000 || a.Flags&unix.IFA_F_PERMANENT == 0 {
		t.Errorf("address is %+v", a)
	}

	if _, ok = find("fd77::4/64"); !ok {
		t.Errorf("no IPv6 address in %+v", list)
	}

	must(t, c.DeleteAddress(a))

	if err = c.DeleteAddress(a); !errors.Is(err, unix.EADDRNOTAVAIL) {
		t.Errorf("second delete: %v", err)
	}
}

func TestRoutes(t *testing.T) {
	c := dial(t)
	must(t, c.AddLink(netlink.Link{Name: "r0", Kind: "veth"}, "r1"))
	up(t, c, "r1")
	idx := up(t, c, "r0")
	must(t, c.AddAddress(netlink.Address{LinkIndex: idx, Prefix: netip.MustParsePrefix("10.78.0.4/24")}))

	routes := []netlink.Route{
		{Family: unix.AF_INET, Gateway: netip.MustParseAddr("10.78.0.1"), OutIndex: idx, Table: 254, Priority: 1024, Type: unix.RTN_UNICAST, Protocol: unix.RTPROT_STATIC, MTU: 1300},
		{Family: unix.AF_INET, Destination: netip.MustParsePrefix("192.0.2.0/24"), Source: netip.MustParseAddr("10.78.0.4"), OutIndex: idx, Table: 1000, Scope: unix.RT_SCOPE_LINK, Type: unix.RTN_UNICAST, Protocol: unix.RTPROT_STATIC},
		{Family: unix.AF_INET6, Destination: netip.MustParsePrefix("2001:db8::/32"), OutIndex: idx, Table: 254, Priority: 1024, Type: unix.RTN_UNICAST, Protocol: unix.RTPROT_STATIC},
		{Family: unix.AF_INET, Destination: netip.MustParsePrefix("198.51.100.0/24"), Table: 254, Type: unix.RTN_BLACKHOLE, Protocol: unix.RTPROT_STATIC},
		{Family: unix.AF_INET, Destination: netip.MustParsePrefix("203.0.113.0/24"), Table: 254, Type: unix.RTN_UNICAST, Protocol: unix.RTPROT_STATIC, NextHops: []netlink.NextHop{
			{Gateway: netip.MustParseAddr("10.78.0.1"), OutIndex: idx, Weight: 1}, {Gateway: netip.MustParseAddr("10.78.0.2"), OutIndex: idx, Weight: 5},
		}},
	}

	for _, r := range routes {
		must(t, c.AddRoute(r))

		list, err := c.Routes()
		must(t, err)

		if !slices.ContainsFunc(list, func(got netlink.Route) bool {
			got.Flags = 0

			return got.String() == r.String() && got.MTU == r.MTU && got.Source == r.Source &&
				slices.Equal(got.NextHops, r.NextHops) && got.Type == r.Type
		}) {
			t.Errorf("%s not among %+v", r, list)
		}

		must(t, c.DeleteRoute(r))

		if err = c.DeleteRoute(r); !errors.Is(err, unix.ESRCH) {
			t.Errorf("second delete: %v", err)
		}
	}
}

func TestRules(t *testing.T) {
	c := dial(t)

	r := netlink.Rule{
		Family: unix.AF_INET, Src: netip.MustParsePrefix("10.1.0.0/16"), Table: 1000,
		Priority: 500, Action: unix.FR_ACT_TO_TBL, Mark: 0x20, Mask: 0xf0, IIF: "lo",
	}
	must(t, c.AddRule(r))

	list, err := c.Rules()
	must(t, err)

	if !slices.Contains(list, r) {
		t.Errorf("%+v not in %+v", r, list)
	}

	must(t, c.DeleteRule(r))
}

func TestWatch(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan struct{}, 100)
	done := make(chan error, 1)

	go func() { done <- netlink.Watch(ctx, func() { seen <- struct{}{} }, netlink.Links) }()

	<-seen // the first look

	c := dial(t)
	must(t, c.AddLink(netlink.Link{Name: "w0", Kind: "veth"}, "w1"))

	select {
	case <-seen:
	case <-time.After(5 * time.Second):
		t.Error("change of links went unnoticed")
	}

	cancel()

	if err := <-done; err != nil {
		t.Errorf("watch ended with %v", err)
	}
}
