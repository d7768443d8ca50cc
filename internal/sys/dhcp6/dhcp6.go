// Package dhcp6 asks a DHCPv6 server (RFC 8415) for addresses and keeps them.
//
// Routes are none of its business: in IPv6 they come with router advertisements,
// which the kernel takes care of.
package dhcp6

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv6"
	"github.com/insomniacslk/dhcp/dhcpv6/nclient6"
	"github.com/insomniacslk/dhcp/iana"
)

// Lease is what a server granted.
type Lease struct {
	Addresses []netip.Addr
	DNS       []netip.Addr
	Search    []string
	NTP       []netip.Addr
	Hostname  string
	Domain    string

	// Renew, Rebind and Expire are points in time; all zero for a lease without end.
	Renew, Rebind, Expire time.Time

	server dhcpv6.DUID
}

// Options of a client.
type Options struct {
	Link string
	// DUID identifies the client; empty is one made of the link's address, which
	// stays the same as long as the card does.
	DUID []byte
	Log  *slog.Logger
}

// Times between tries, as for DHCPv4.
const (
	firstTry   = time.Second
	lastTry    = 64 * time.Second
	answerTime = 3 * time.Second
)

var errNothing = errors.New("no address was granted")

// Run gets a lease and keeps it until the context ends. It calls report with
// every new lease, and with nil when one ran out.
func Run(ctx context.Context, o Options, report func(*Lease)) error {
	ifi, err := net.InterfaceByName(o.Link)
	if err != nil {
		return fmt.Errorf("DHCPv6 on %s: %w", o.Link, err)
	}

	c := client{Options: o, ifi: ifi, duid: &dhcpv6.DUIDLL{HWType: iana.HWTypeEthernet, LinkLayerAddr: ifi.HardwareAddr}}

	if c.Log == nil {
		c.Log = slog.Default()
	}

	if len(o.DUID) > 0 {
		if c.duid, err = dhcpv6.DUIDFromBytes(o.DUID); err != nil {
			return fmt.Errorf("DUID %s: %w", hex.EncodeToString(o.DUID), err)
		}
	}

	for try := 0; ctx.Err() == nil; try++ {
		lease, err := c.acquire(ctx)
		if err != nil {
			c.Log.Debug("no lease yet", "link", o.Link, "try", try+1, "error", err)
			sleep(ctx, backoff(try))

			continue
		}

		try = -1

		report(lease)

		if c.hold(ctx, lease, report); ctx.Err() == nil {
			report(nil)
		}
	}

	return nil
}

func backoff(try int) time.Duration {
	d := min(firstTry<<min(try, 10), lastTry)

	return d + time.Duration((rand.Float64()-0.5)*0.2*float64(d))
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()

	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

type client struct {
	Options
	ifi  *net.Interface
	duid dhcpv6.DUID
}

// open binds to the link-local address, which is there about a second after the
// link: until then this fails.
func (c client) open() (*nclient6.Client, error) {
	return nclient6.New(c.Link, nclient6.WithTimeout(answerTime), nclient6.WithRetry(1))
}

func (c client) options() []dhcpv6.Modifier {
	return []dhcpv6.Modifier{
		dhcpv6.WithClientID(c.duid),
		dhcpv6.WithRequestedOptions(
			dhcpv6.OptionDNSRecursiveNameServer, dhcpv6.OptionDomainSearchList, dhcpv6.OptionNTPServer, dhcpv6.OptionFQDN,
		),
	}
}

func (c client) acquire(ctx context.Context) (*Lease, error) {
	conn, err := c.open()
	if err != nil {
		return nil, err
	}

	defer conn.Close() //nolint:errcheck

	adv, err := conn.Solicit(ctx, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("solicit: %w", err)
	}

	asked := time.Now()

	reply, err := conn.Request(ctx, adv, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}

	return leaseOf(reply, asked)
}

// hold keeps a lease until it cannot be kept any more.
func (c client) hold(ctx context.Context, l *Lease, report func(*Lease)) {
	for ctx.Err() == nil {
		if l.Expire.IsZero() {
			<-ctx.Done()

			return
		}

		if !sleep(ctx, time.Until(l.Renew)) {
			return
		}

		next, err := c.extend(ctx, l)
		if err != nil {
			c.Log.Debug("lease not extended", "link", c.Link, "error", err)

			if !time.Now().Before(l.Expire) {
				return
			}

			// Half of what is left, and not below a minute.
			if !sleep(ctx, min(max(time.Until(l.Expire)/2, time.Minute), time.Until(l.Expire))) || !time.Now().Before(l.Expire) {
				return
			}

			continue
		}

		l = next
		report(l)
	}
}

// extend asks the lease's server, and any server in the last part of its time.
func (c client) extend(ctx context.Context, l *Lease) (*Lease, error) {
	conn, err := c.open()
	if err != nil {
		return nil, err
	}

	defer conn.Close() //nolint:errcheck

	var addrs []dhcpv6.OptIAAddress
	for _, a := range l.Addresses {
		addrs = append(addrs, dhcpv6.OptIAAddress{IPv6Addr: a.AsSlice()})
	}

	mods := append(c.options(), dhcpv6.WithIANA(addrs...), dhcpv6.WithIAID(c.iaid()))

	kind := dhcpv6.MessageTypeRebind
	if time.Now().Before(l.Rebind) && l.server != nil {
		kind = dhcpv6.MessageTypeRenew

		mods = append(mods, dhcpv6.WithServerID(l.server))
	}

	m, err := dhcpv6.NewMessage(mods...)
	if err != nil {
		return nil, err
	}

	m.MessageType = kind
	asked := time.Now()

	reply, err := conn.SendAndRead(ctx, nclient6.AllDHCPRelayAgentsAndServers, m, nclient6.IsMessageType(dhcpv6.MessageTypeReply))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}

	return leaseOf(reply, asked)
}

// iaid is what the library's solicit uses as well: the tail of the address.
func (c client) iaid() (id [4]byte) {
	if n := len(c.ifi.HardwareAddr); n >= 4 {
		copy(id[:], c.ifi.HardwareAddr[n-4:])
	}

	return id
}

func leaseOf(m *dhcpv6.Message, now time.Time) (*Lease, error) {
	if s := m.Options.Status(); s != nil && s.StatusCode != iana.StatusSuccess {
		return nil, fmt.Errorf("server answers %s: %s", s.StatusCode, s.StatusMessage)
	}

	l := &Lease{DNS: addrs(m.Options.DNS()), NTP: addrs(m.Options.NTPServers()), server: m.Options.ServerID()}

	if d := m.Options.DomainSearchList(); d != nil {
		l.Search = d.Labels
	}

	if f := m.Options.FQDN(); f != nil && f.DomainName != nil && len(f.DomainName.Labels) > 0 {
		l.Hostname, l.Domain, _ = strings.Cut(f.DomainName.Labels[0], ".")
	}

	const forever = 0xffffffff * time.Second

	var valid, t1, t2 time.Duration

	for _, ia := range m.Options.IANA() {
		if s := ia.Options.Status(); s != nil && s.StatusCode != iana.StatusSuccess {
			return nil, fmt.Errorf("server answers %s: %s", s.StatusCode, s.StatusMessage)
		}

		for _, a := range ia.Options.Addresses() {
			ip, ok := netip.AddrFromSlice(a.IPv6Addr)
			if !ok || a.ValidLifetime == 0 {
				continue
			}

			l.Addresses = append(l.Addresses, ip)

			// The shortest counts for all.
			if valid == 0 || a.ValidLifetime < valid {
				valid, t1, t2 = a.ValidLifetime, ia.T1, ia.T2
			}
		}
	}

	if len(l.Addresses) == 0 {
		return nil, errNothing
	}

	if valid >= forever {
		return l, nil
	}

	valid = max(valid, time.Minute)

	if t1 <= 0 || t1 >= valid {
		t1 = valid / 2
	}

	if t2 <= t1 || t2 >= valid {
		t2 = max(t1, valid*4/5)
	}

	l.Renew, l.Rebind, l.Expire = now.Add(t1), now.Add(t2), now.Add(valid)

	return l, nil
}

func addrs(ips []net.IP) []netip.Addr {
	var out []netip.Addr

	for _, ip := range ips {
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}

	return out
}
