// Package wireguard reads and sets the keys and peers of WireGuard links. The
// links themselves, their addresses and routes are rtnetlink's.
package wireguard

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"golang.zx2c4.com/wireguard/wgctrl"
	"golang.zx2c4.com/wireguard/wgctrl/wgtypes"
)

// Device is the state of a link. Keys are in their usual base64 form.
type Device struct {
	PrivateKey   string
	PublicKey    string // read only
	ListenPort   int    // 0 lets the kernel choose
	FirewallMark int
	Peers        []Peer // ordered by key
}

// Peer of a link.
type Peer struct {
	PublicKey    string
	PresharedKey string
	Endpoint     string // host:port; a name is resolved when it is set
	Keepalive    time.Duration
	AllowedIPs   []netip.Prefix // ordered
}

// Client is the generic netlink socket to the kernel's WireGuard.
type Client struct{ c *wgctrl.Client }

// Open opens it.
func Open() (*Client, error) {
	c, err := wgctrl.New()
	if err != nil {
		return nil, fmt.Errorf("open WireGuard: %w", err)
	}

	return &Client{c}, nil
}

// Close closes it.
func (c *Client) Close() error { return c.c.Close() }

// ErrNotThere is returned for a link that is missing or of another kind.
var ErrNotThere = errors.New("no such WireGuard link")

// Get reads a link.
func (c *Client) Get(link string) (Device, error) {
	d, err := c.c.Device(link)
	if errors.Is(err, os.ErrNotExist) {
		return Device{}, fmt.Errorf("%s: %w", link, ErrNotThere)
	}

	if err != nil {
		return Device{}, fmt.Errorf("read WireGuard link %s: %w", link, err)
	}

	out := Device{PublicKey: d.PublicKey.String(), ListenPort: d.ListenPort, FirewallMark: d.FirewallMark, PrivateKey: keyText(d.PrivateKey)}

	for _, p := range d.Peers {
		peer := Peer{PublicKey: p.PublicKey.String(), PresharedKey: keyText(p.PresharedKey), Keepalive: p.PersistentKeepaliveInterval}
		if p.Endpoint != nil {
			peer.Endpoint = p.Endpoint.AddrPort().String()
		}

		for _, n := range p.AllowedIPs {
			if a, ok := netip.AddrFromSlice(n.IP); ok {
				ones, _ := n.Mask.Size()
				peer.AllowedIPs = append(peer.AllowedIPs, netip.PrefixFrom(a.Unmap(), ones))
			}
		}

		out.Peers = append(out.Peers, peer)
	}

	return out.Sorted(), nil
}

// Sorted is the same with everything in a fixed order, for comparing.
func (d Device) Sorted() Device {
	d.Peers = slices.Clone(d.Peers)

	for i := range d.Peers {
		d.Peers[i].AllowedIPs = slices.SortedFunc(slices.Values(d.Peers[i].AllowedIPs), func(a, b netip.Prefix) int {
			return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
		})
	}

	slices.SortFunc(d.Peers, func(a, b Peer) int { return cmp.Compare(a.PublicKey, b.PublicKey) })

	return d
}

func keyText(k wgtypes.Key) string {
	if k == (wgtypes.Key{}) {
		return ""
	}

	return k.String()
}

// Set makes the link from what it was to what it shall be. Peers that stay keep
// their sessions; an endpoint that roamed is left where it is unless the wanted
// one changed, which the caller knows.
func (c *Client) Set(link string, have, want Device) error {
	cfg := wgtypes.Config{}

	if want.PrivateKey != have.PrivateKey {
		k, err := wgtypes.ParseKey(want.PrivateKey)
		if err != nil {
			return fmt.Errorf("private key of %s: %w", link, err)
		}

		cfg.PrivateKey = &k
	}

	if want.ListenPort != 0 && want.ListenPort != have.ListenPort {
		cfg.ListenPort = &want.ListenPort
	}

	if want.FirewallMark != have.FirewallMark {
		cfg.FirewallMark = &want.FirewallMark
	}

	old := map[string]bool{}
	for _, p := range have.Peers {
		old[p.PublicKey] = true
	}

	for _, p := range want.Peers {
		pc, err := p.config(old[p.PublicKey])
		if err != nil {
			return fmt.Errorf("peer %s of %s: %w", p.PublicKey, link, err)
		}

		cfg.Peers = append(cfg.Peers, pc)

		delete(old, p.PublicKey)
	}

	for key := range old {
		k, err := wgtypes.ParseKey(key)
		if err != nil {
			return err
		}

		cfg.Peers = append(cfg.Peers, wgtypes.PeerConfig{PublicKey: k, Remove: true})
	}

	if err := c.c.ConfigureDevice(link, cfg); err != nil {
		return fmt.Errorf("configure WireGuard link %s: %w", link, err)
	}

	return nil
}

func (p Peer) config(update bool) (wgtypes.PeerConfig, error) {
	key, err := wgtypes.ParseKey(p.PublicKey)
	if err != nil {
		return wgtypes.PeerConfig{}, fmt.Errorf("public key: %w", err)
	}

	pc := wgtypes.PeerConfig{
		PublicKey: key, UpdateOnly: update, PersistentKeepaliveInterval: &p.Keepalive,
		// All zero takes a key away that was there.
		PresharedKey: &wgtypes.Key{}, ReplaceAllowedIPs: true,
	}

	if p.PresharedKey != "" {
		psk, err := wgtypes.ParseKey(p.PresharedKey)
		if err != nil {
			return pc, fmt.Errorf("preshared key: %w", err)
		}

		pc.PresharedKey = &psk
	}

	if p.Endpoint != "" {
		if pc.Endpoint, err = net.ResolveUDPAddr("udp", p.Endpoint); err != nil {
			return pc, fmt.Errorf("endpoint: %w", err)
		}
	}

	for _, a := range p.AllowedIPs {
		pc.AllowedIPs = append(pc.AllowedIPs, net.IPNet{IP: a.Addr().AsSlice(), Mask: net.CIDRMask(a.Bits(), a.Addr().BitLen())})
	}

	return pc, nil
}
