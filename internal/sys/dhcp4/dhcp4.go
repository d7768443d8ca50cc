// Package dhcp4 asks a DHCPv4 server (RFC 2131) for a lease and keeps it.
//
// Discovery happens before the link has an address, so it goes over a packet
// socket; that socket is open only during an exchange and filtered in the kernel,
// because it sees every packet of the link. A held lease costs one timer.
// What a lease means for the node's network is the caller's business.
package dhcp4

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

	"github.com/insomniacslk/dhcp/dhcpv4"
)

// Lease is what a server granted.
type Lease struct {
	Address netip.Prefix
	Server  netip.Addr
	// Routers are default gateways; with Routes present they count for nothing
	// (RFC 3442).
	Routers  []netip.Addr
	Routes   []Route
	DNS      []netip.Addr
	Search   []string
	Hostname string
	Domain   string
	NTP      []netip.Addr
	MTU      uint32

	// Renew, Rebind and Expire are points in time; all zero for a lease without end.
	Renew, Rebind, Expire time.Time
}

// Route is a classless static route; an invalid gateway means on the link.
type Route struct {
	Destination netip.Prefix
	Gateway     netip.Addr
}

// Options of a client.
type Options struct {
	Link string
	// ClientID is sent as option 61 if not empty.
	ClientID []byte
	// Hostname is sent as option 12 if not empty.
	Hostname string
	Log      *slog.Logger
}

// ErrRefused is a server's answer that the address cannot be had (any more).
var ErrRefused = errors.New("refused by the server")

// Times between tries. A server that is not there yet is tried often at first,
// because a booting node waits for it, and then once a minute.
const (
	firstTry = 500 * time.Millisecond
	lastTry  = 64 * time.Second
	// answerTime is how long an answer to one packet is awaited at most.
	answerTime = 10 * time.Second
)

// Run gets a lease and keeps it until the context ends. It calls report with
// every new or changed lease, and with nil when a lease ran out or was refused.
// previous, if it is not nil, is asked for again first: after a short loss of
// carrier the address stays.
func Run(ctx context.Context, o Options, previous *Lease, report func(*Lease)) error {
	c, err := newClient(o)
	if err != nil {
		return err
	}

	lease := previous
	confirmed := false

	for ctx.Err() == nil {
		switch {
		case lease == nil || expired(lease, time.Now()):
			if lease != nil {
				c.log.Warn("lease ran out", "address", lease.Address)
				report(nil)
			}

			if lease, err = c.discover(ctx); err != nil {
				return err
			}

			confirmed = true

			report(lease)
		case !confirmed:
			next, err := c.reboot(ctx, lease)
			if errors.Is(err, ErrRefused) {
				report(nil)

				lease = nil

				continue
			}

			// No answer: the lease is still good, says RFC 2131 section 3.2.
			confirmed = true

			if err == nil {
				lease = next
				report(lease)
			}
		default:
			if lease = c.hold(ctx, lease, report); lease == nil && ctx.Err() == nil {
				report(nil)
			}
		}
	}

	return nil
}

func expired(l *Lease, now time.Time) bool { return !l.Expire.IsZero() && !now.Before(l.Expire) }

// backoff doubles from first to last, give or take a tenth, so that a rack that
// came back to power does not ask in step.
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

// discover tries until there is a lease; the error is only ever the context's.
func (c *client) discover(ctx context.Context) (*Lease, error) {
	for try := 0; ; try++ {
		lease, err := c.acquire(ctx, backoff(try+1))
		if err == nil {
			return lease, nil
		}

		if ctx.Err() != nil {
			return nil, ctx.Err()
		}

		c.log.Debug("no lease yet", "try", try+1, "error", err)

		// A timeout has waited already.
		if !errors.Is(err, errNoAnswer) && !sleep(ctx, backoff(try)) {
			return nil, ctx.Err()
		}
	}
}

// hold waits out a lease: asks its server from Renew on, any from Rebind on.
// It returns the lease that follows, nil for none.
func (c *client) hold(ctx context.Context, l *Lease, report func(*Lease)) *Lease {
	if l.Expire.IsZero() {
		<-ctx.Done()

		return l
	}

	if !sleep(ctx, time.Until(l.Renew)) {
		return l
	}

	for ctx.Err() == nil && !expired(l, time.Now()) {
		extend, until := c.renew, l.Rebind
		if !time.Now().Before(l.Rebind) {
			extend, until = c.rebind, l.Expire
		}

		next, err := extend(ctx, l)
		if err == nil {
			report(next)

			return next
		}

		if errors.Is(err, ErrRefused) {
			c.log.Warn("server took the lease back", "address", l.Address)

			return nil
		}

		c.log.Debug("lease not extended", "address", l.Address, "error", err)

		// Half of what is left, and not below a minute, as RFC 2131 4.4.5 says.
		if !sleep(ctx, min(max(time.Until(until)/2, time.Minute), time.Until(l.Expire))) {
			return l
		}
	}

	return l
}

// leaseOf reads an acknowledgement.
func leaseOf(m *dhcpv4.DHCPv4, now time.Time) (*Lease, error) {
	ip, ok := netip.AddrFromSlice(m.YourIPAddr.To4())
	if !ok || ip.IsUnspecified() {
		return nil, errors.New("no address in the answer")
	}

	ones := 32
	if mask := m.SubnetMask(); mask != nil {
		n, bits := mask.Size()
		if bits != 32 {
			return nil, fmt.Errorf("%s is not a subnet mask", hex.EncodeToString(mask))
		}

		ones = n
	}

	l := &Lease{
		Address: netip.PrefixFrom(ip, ones), Routers: addrs(m.Router()), DNS: addrs(m.DNS()), NTP: addrs(m.NTPServers()),
		Hostname: clean(m.HostName()), Domain: clean(m.DomainName()),
	}

	l.Server, _ = netip.AddrFromSlice(m.ServerIdentifier().To4())

	if labels := m.DomainSearch(); labels != nil {
		l.Search = labels.Labels
	}

	if mtu, err := dhcpv4.GetUint16(dhcpv4.OptionInterfaceMTU, m.Options); err == nil && mtu >= 576 {
		l.MTU = uint32(mtu)
	}

	for _, r := range m.ClasslessStaticRoute() {
		if r.Dest == nil {
			continue
		}

		dst, ok := netip.AddrFromSlice(r.Dest.IP.To4())
		if !ok {
			continue
		}

		bits, _ := r.Dest.Mask.Size()
		gw, _ := netip.AddrFromSlice(r.Router.To4())

		if gw.IsUnspecified() {
			gw = netip.Addr{}
		}

		l.Routes = append(l.Routes, Route{netip.PrefixFrom(dst, bits).Masked(), gw})
	}

	const forever = 0xffffffff * time.Second

	d := m.IPAddressLeaseTime(time.Hour)
	if d >= forever {
		return l, nil
	}

	// A server that grants seconds would keep the node busy with it.
	d = max(d, time.Minute)
	t1, t2 := m.IPAddressRenewalTime(d/2), m.IPAddressRebindingTime(d*7/8)

	if t1 <= 0 || t1 >= t2 || t2 >= d {
		t1, t2 = d/2, d*7/8
	}

	l.Renew, l.Rebind, l.Expire = now.Add(t1), now.Add(t2), now.Add(d)

	return l, nil
}

func addrs(ips []net.IP) []netip.Addr {
	var out []netip.Addr

	for _, ip := range ips {
		if a, ok := netip.AddrFromSlice(ip.To4()); ok && !a.IsUnspecified() {
			out = append(out, a)
		}
	}

	return out
}

// clean cuts the zero bytes that some servers end text with.
func clean(s string) string { return strings.TrimRight(s, "\x00 ") }
