package netctl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/wireguard"
)

// fakeKernel holds links like the kernel does, and refuses what it refuses.
type fakeKernel struct {
	links []netlink.Link
	next  uint32

	tunnels map[string]wireguard.Device
}

func newFake(cards ...string) *fakeKernel {
	k := &fakeKernel{next: 1, tunnels: map[string]wireguard.Device{}}
	k.add(netlink.Link{Name: "lo", Type: unix.ARPHRD_LOOPBACK})

	for _, c := range cards {
		k.add(netlink.Link{Name: c, Type: unix.ARPHRD_ETHER, MTU: 1500})
	}

	return k
}

func (k *fakeKernel) add(l netlink.Link) *netlink.Link {
	l.Index = k.next
	k.next++
	k.links = append(k.links, l)

	return &k.links[len(k.links)-1]
}

func (k *fakeKernel) Links() ([]netlink.Link, error) { return slices.Clone(k.links), nil }

func (k *fakeKernel) find(index uint32) *netlink.Link {
	for i := range k.links {
		if k.links[i].Index == index {
			return &k.links[i]
		}
	}

	return nil
}

func (k *fakeKernel) named(name string) *netlink.Link {
	for i := range k.links {
		if k.links[i].Name == name {
			return &k.links[i]
		}
	}

	return nil
}

func (k *fakeKernel) AddLink(l netlink.Link, peer string) error {
	if k.named(l.Name) != nil || peer != "" && k.named(peer) != nil {
		return unix.EEXIST
	}

	if l.Kind == "vlan" && k.find(l.Lower) == nil {
		return unix.ENODEV
	}

	l.Type = unix.ARPHRD_ETHER
	if l.MTU == 0 {
		l.MTU = 1500
	}

	index := k.add(l).Index

	if peer != "" {
		other := k.add(netlink.Link{Name: peer, Kind: l.Kind, Type: l.Type, MTU: 1500, Lower: index}).Index
		k.find(index).Lower = other
	}

	return nil
}

func (k *fakeKernel) DeleteLink(index uint32) error {
	l := k.find(index)

	switch {
	case l == nil:
		return unix.ENODEV
	case l.Kind == "":
		return unix.EOPNOTSUPP
	}

	delete(k.tunnels, l.Name)

	lower, veth := l.Lower, l.Kind == "veth"
	k.links = slices.DeleteFunc(k.links, func(o netlink.Link) bool {
		return o.Index == index || veth && o.Index == lower || o.Kind == "vlan" && o.Lower == index
	})

	for i := range k.links {
		if k.links[i].Master == index {
			k.links[i].Master = 0
		}
	}

	return nil
}

func (k *fakeKernel) ChangeLink(index uint32, ch netlink.LinkChange) error {
	l := k.find(index)
	if l == nil {
		return unix.ENODEV
	}

	if ch.Master != nil {
		if *ch.Master != 0 {
			m := k.find(*ch.Master)
			if m == nil {
				return unix.EINVAL
			}

			if m.Kind == "bond" && l.Up() {
				return fmt.Errorf("device %s is up: %w", l.Name, unix.EPERM)
			}
		}

		l.Master = *ch.Master
	}

	if ch.Data != nil {
		if ch.Data.Kind != l.Kind {
			return unix.EOPNOTSUPP
		}

		if ch.Data.Bond != nil {
			if l.Up() || l.Bond.Mode != ch.Data.Bond.Mode {
				return unix.EPERM
			}

			b := *ch.Data.Bond
			b.MIIMon = max(b.MIIMon, 100) // a driver with a mind of its own
			l.Bond = &b
		}

		if ch.Data.Bridge != nil {
			l.Bridge = ch.Data.Bridge
		}
	}

	if ch.MTU != 0 {
		if parent := k.find(l.Lower); l.Kind == "vlan" && ch.MTU > parent.MTU {
			return unix.ERANGE
		}

		l.MTU = ch.MTU
	}

	if ch.Address != nil {
		l.Address = ch.Address
	}

	for _, f := range []struct {
		want *bool
		bit  uint32
	}{{ch.Up, unix.IFF_UP}, {ch.Multicast, unix.IFF_MULTICAST}} {
		if f.want == nil {
			continue
		}

		if l.Flags &^= f.bit; *f.want {
			l.Flags |= f.bit
		}
	}

	return nil
}

func (k *fakeKernel) WireGuard(link string) (wireguard.Device, error) {
	if l := k.named(link); l == nil || l.Kind != "wireguard" {
		return wireguard.Device{}, wireguard.ErrNotThere
	}

	return k.tunnels[link], nil
}

func (k *fakeKernel) SetWireGuard(link string, _, want wireguard.Device) error {
	want = want.Sorted()
	want.PublicKey, want.ListenPort = "computed", max(want.ListenPort, 49152)

	for i := range want.Peers {
		want.Peers[i].Endpoint = "192.0.2.99:1" // roamed
	}

	k.tunnels[link] = want

	return nil
}

func (k *fakeKernel) Watch(context.Context, func(), ...netlink.Group) error { return nil }

// String is one line per link.
func (k *fakeKernel) String() string {
	var b strings.Builder

	for _, l := range k.links {
		fmt.Fprintf(&b, "%s", l.Name)

		if l.Kind != "" {
			fmt.Fprintf(&b, " %s", l.Kind)
		}

		if l.VLAN != nil {
			fmt.Fprintf(&b, " id=%d", l.VLAN.ID)
		}

		if p := k.find(l.Lower); p != nil {
			fmt.Fprintf(&b, " on=%s", p.Name)
		}

		if m := k.find(l.Master); m != nil {
			fmt.Fprintf(&b, " in=%s", m.Name)
		}

		if l.MTU != 1500 && l.MTU != 0 {
			fmt.Fprintf(&b, " mtu=%d", l.MTU)
		}

		if t, ok := k.tunnels[l.Name]; ok {
			fmt.Fprintf(&b, " peers=%d", len(t.Peers))
		}

		if l.Up() {
			b.WriteString(" up")
		}

		b.WriteString("\n")
	}

	return b.String()
}
