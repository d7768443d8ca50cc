package netctl

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/ethtool"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/nft"
	"github.com/talos-os/talos/internal/sys/wireguard"
)

// Kernel is what this package asks of the kernel. Each controller's file names
// the part it uses; this is their sum, for wiring.
type Kernel interface {
	linkKernel
	addressKernel
	routeKernel
	ruleKernel
	hostnameKernel
	linkInfoKernel
	packetFilter
	ethernetKernel
}

// realKernel opens its sockets at the first use, so that wiring cannot fail.
type realKernel struct {
	once sync.Once
	conn *netlink.Conn
	tool *ethtool.Socket
	err  error

	// WireGuard is a module that may be missing, and most nodes have no use for.
	wgOnce sync.Once
	wg     *wireguard.Client
	wgErr  error
}

var _ Kernel = (*realKernel)(nil)

func (k *realKernel) open() error {
	k.once.Do(func() {
		if k.conn, k.err = netlink.Dial(); k.err == nil {
			k.tool, k.err = ethtool.Open()
		}
	})

	return k.err
}

func listing[T any](k *realKernel, f func(*netlink.Conn) ([]T, error)) ([]T, error) {
	if err := k.open(); err != nil {
		return nil, err
	}

	return f(k.conn)
}

func (k *realKernel) do(f func(*netlink.Conn) error) error {
	if err := k.open(); err != nil {
		return err
	}

	return f(k.conn)
}

func (k *realKernel) Links() ([]netlink.Link, error) { return listing(k, (*netlink.Conn).Links) }

func (k *realKernel) Addresses() ([]netlink.Address, error) {
	return listing(k, (*netlink.Conn).Addresses)
}

func (k *realKernel) Routes() ([]netlink.Route, error) { return listing(k, (*netlink.Conn).Routes) }
func (k *realKernel) Rules() ([]netlink.Rule, error)   { return listing(k, (*netlink.Conn).Rules) }

func (k *realKernel) AddLink(l netlink.Link, peer string) error {
	return k.do(func(c *netlink.Conn) error { return c.AddLink(l, peer) })
}

func (k *realKernel) DeleteLink(index uint32) error {
	return k.do(func(c *netlink.Conn) error { return c.DeleteLink(index) })
}

func (k *realKernel) ChangeLink(index uint32, ch netlink.LinkChange) error {
	return k.do(func(c *netlink.Conn) error { return c.ChangeLink(index, ch) })
}

func (k *realKernel) AddAddress(a netlink.Address) error {
	return k.do(func(c *netlink.Conn) error { return c.AddAddress(a) })
}

func (k *realKernel) DeleteAddress(a netlink.Address) error {
	return k.do(func(c *netlink.Conn) error { return c.DeleteAddress(a) })
}

func (k *realKernel) AddRoute(r netlink.Route) error {
	return k.do(func(c *netlink.Conn) error { return c.AddRoute(r) })
}

func (k *realKernel) DeleteRoute(r netlink.Route) error {
	return k.do(func(c *netlink.Conn) error { return c.DeleteRoute(r) })
}

func (k *realKernel) AddRule(r netlink.Rule) error {
	return k.do(func(c *netlink.Conn) error { return c.AddRule(r) })
}

func (k *realKernel) DeleteRule(r netlink.Rule) error {
	return k.do(func(c *netlink.Conn) error { return c.DeleteRule(r) })
}

func (k *realKernel) Announce(link string, a netip.Addr) error {
	return netlink.GratuitousARP(link, a)
}

func (k *realKernel) SetHostname(host, domain string) error {
	if err := unix.Sethostname([]byte(host)); err != nil {
		return err
	}

	return unix.Setdomainname([]byte(domain))
}

func (k *realKernel) Watch(ctx context.Context, notify func(), groups ...netlink.Group) error {
	return netlink.Watch(ctx, notify, groups...)
}

func tool[T any](k *realKernel, f func(*ethtool.Socket) (T, error)) (T, error) {
	if err := k.open(); err != nil {
		var zero T

		return zero, err
	}

	return f(k.tool)
}

func (k *realKernel) set(f func(*ethtool.Socket) error) error {
	_, err := tool(k, func(s *ethtool.Socket) (struct{}, error) { return struct{}{}, f(s) })

	return err
}

func (k *realKernel) Driver(link string) (ethtool.Info, error) {
	return tool(k, func(s *ethtool.Socket) (ethtool.Info, error) { return s.Info(link) })
}

func (k *realKernel) Media(link string) (ethtool.Media, error) {
	return tool(k, func(s *ethtool.Socket) (ethtool.Media, error) { return s.Media(link) })
}

func (k *realKernel) PermanentAddress(link string) ([]byte, error) {
	return tool(k, func(s *ethtool.Socket) ([]byte, error) { return s.PermanentAddress(link) })
}

func (k *realKernel) Rings(link string) (ethtool.Rings, error) {
	return tool(k, func(s *ethtool.Socket) (ethtool.Rings, error) { return s.Rings(link) })
}

func (k *realKernel) Channels(link string) (ethtool.Channels, error) {
	return tool(k, func(s *ethtool.Socket) (ethtool.Channels, error) { return s.Channels(link) })
}

func (k *realKernel) WakeOnLAN(link string) (uint32, error) {
	return tool(k, func(s *ethtool.Socket) (uint32, error) { return s.WakeOnLAN(link) })
}

func (k *realKernel) Features(link string) ([]ethtool.Feature, error) {
	return tool(k, func(s *ethtool.Socket) ([]ethtool.Feature, error) { return s.Features(link) })
}

func (k *realKernel) SetRings(link string, r ethtool.Rings) error {
	return k.set(func(s *ethtool.Socket) error { return s.SetRings(link, r) })
}

func (k *realKernel) SetChannels(link string, c ethtool.Channels) error {
	return k.set(func(s *ethtool.Socket) error { return s.SetChannels(link, c) })
}

func (k *realKernel) SetWakeOnLAN(link string, options uint32) error {
	return k.set(func(s *ethtool.Socket) error { return s.SetWakeOnLAN(link, options) })
}

func (k *realKernel) SetFeatures(link string, want map[string]bool) error {
	return k.set(func(s *ethtool.Socket) error { return s.SetFeatures(link, want) })
}

func (k *realKernel) tunnels() (*wireguard.Client, error) {
	k.wgOnce.Do(func() { k.wg, k.wgErr = wireguard.Open() })

	return k.wg, k.wgErr
}

func (k *realKernel) WireGuard(link string) (wireguard.Device, error) {
	c, err := k.tunnels()
	if err != nil {
		return wireguard.Device{}, err
	}

	return c.Get(link)
}

func (k *realKernel) SetWireGuard(link string, have, want wireguard.Device) error {
	c, err := k.tunnels()
	if err != nil {
		return err
	}

	return c.Set(link, have, want)
}

func (k *realKernel) ReplaceChains(table string, chains []nft.Chain) error {
	return nft.Replace(table, chains)
}

// release is the kernel's version, as uname -r.
func release() string {
	var u unix.Utsname

	if err := unix.Uname(&u); err != nil {
		return ""
	}

	return unix.ByteSliceToString(u.Release[:])
}

// renamesLive reports whether a link can get another name while it is up: since
// Linux 6.2, commit bd039b5ea2a9.
func renamesLive(release string) bool {
	var major, minor int

	_, err := fmt.Sscanf(release, "%d.%d", &major, &minor)

	return err == nil && (major > 6 || major == 6 && minor >= 2)
}
