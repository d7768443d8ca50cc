package dhcp4

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"golang.org/x/sys/unix"
)

const (
	serverPort = 67
	clientPort = 68
)

var errNoAnswer = errors.New("no answer")

type client struct {
	Options
	ifi *net.Interface
	log *slog.Logger
	// start is when this client began to ask: relays may prefer who waits longer.
	start time.Time
}

func newClient(o Options) (*client, error) {
	ifi, err := net.InterfaceByName(o.Link)
	if err != nil {
		return nil, fmt.Errorf("DHCP on %s: %w", o.Link, err)
	}

	if len(ifi.HardwareAddr) != 6 {
		return nil, fmt.Errorf("DHCP on %s: no Ethernet address", o.Link)
	}

	log := o.Log
	if log == nil {
		log = slog.Default()
	}

	return &client{Options: o, ifi: ifi, log: log.With("link", o.Link), start: time.Now()}, nil
}

func (c *client) message(kind dhcpv4.MessageType, mods ...dhcpv4.Modifier) (*dhcpv4.DHCPv4, error) {
	mods = append([]dhcpv4.Modifier{
		dhcpv4.WithMessageType(kind),
		dhcpv4.WithHwAddr(c.ifi.HardwareAddr),
		dhcpv4.WithRequestedOptions(
			dhcpv4.OptionSubnetMask, dhcpv4.OptionClasslessStaticRoute, dhcpv4.OptionRouter, dhcpv4.OptionDomainNameServer,
			dhcpv4.OptionHostName, dhcpv4.OptionDomainName, dhcpv4.OptionDNSDomainSearchList, dhcpv4.OptionInterfaceMTU,
			dhcpv4.OptionNTPServers, dhcpv4.OptionRenewTimeValue, dhcpv4.OptionRebindingTimeValue,
		),
		dhcpv4.WithOption(dhcpv4.OptMaxMessageSize(1500)),
	}, mods...)

	if len(c.ClientID) > 0 {
		mods = append(mods, dhcpv4.WithOption(dhcpv4.OptClientIdentifier(c.ClientID)))
	}

	if c.Hostname != "" {
		mods = append(mods, dhcpv4.WithOption(dhcpv4.OptHostName(c.Hostname)))
	}

	m, err := dhcpv4.New(mods...)
	if err != nil {
		return nil, err
	}

	m.NumSeconds = uint16(min(time.Since(c.start)/time.Second, 0xffff))

	return m, nil
}

// acquire goes from nothing to a lease: discover, offer, request, acknowledge.
func (c *client) acquire(ctx context.Context, wait time.Duration) (*Lease, error) {
	conn, err := listenPacket(c.ifi)
	if err != nil {
		return nil, err
	}

	defer conn.Close() //nolint:errcheck

	discover, err := c.message(dhcpv4.MessageTypeDiscover)
	if err != nil {
		return nil, err
	}

	offer, err := exchange(ctx, conn, discover, wait, dhcpv4.MessageTypeOffer)
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}

	request, err := c.message(dhcpv4.MessageTypeRequest,
		dhcpv4.WithTransactionID(offer.TransactionID),
		dhcpv4.WithOption(dhcpv4.OptRequestedIPAddress(offer.YourIPAddr)),
		dhcpv4.WithOption(dhcpv4.OptServerIdentifier(offer.ServerIdentifier())),
	)
	if err != nil {
		return nil, err
	}

	return c.request(ctx, conn, request, max(wait, time.Second))
}

// reboot asks for a lease that was held before (INIT-REBOOT).
func (c *client) reboot(ctx context.Context, l *Lease) (*Lease, error) {
	conn, err := listenPacket(c.ifi)
	if err != nil {
		return nil, err
	}

	defer conn.Close() //nolint:errcheck

	m, err := c.message(dhcpv4.MessageTypeRequest, dhcpv4.WithOption(dhcpv4.OptRequestedIPAddress(l.Address.Addr().AsSlice())))
	if err != nil {
		return nil, err
	}

	return c.request(ctx, conn, m, 2*time.Second)
}

// rebind asks any server to extend a lease.
func (c *client) rebind(ctx context.Context, l *Lease) (*Lease, error) {
	conn, err := listenPacket(c.ifi)
	if err != nil {
		return nil, err
	}

	defer conn.Close() //nolint:errcheck

	m, err := c.message(dhcpv4.MessageTypeRequest, dhcpv4.WithClientIP(l.Address.Addr().AsSlice()))
	if err != nil {
		return nil, err
	}

	return c.request(ctx, conn, m, answerTime)
}

// renew asks the lease's own server to extend it, from the leased address.
func (c *client) renew(ctx context.Context, l *Lease) (*Lease, error) {
	if !l.Server.IsValid() {
		return c.rebind(ctx, l)
	}

	lc := net.ListenConfig{Control: func(_, _ string, rc syscall.RawConn) error {
		var opt error

		err := rc.Control(func(fd uintptr) {
			opt = errors.Join(
				unix.SetsockoptString(int(fd), unix.SOL_SOCKET, unix.SO_BINDTODEVICE, c.Link),
				unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
			)
		})

		return errors.Join(err, opt)
	}}

	pc, err := lc.ListenPacket(ctx, "udp4", netip.AddrPortFrom(l.Address.Addr(), clientPort).String())
	if err != nil {
		return nil, fmt.Errorf("renew: %w", err)
	}

	conn := &udpConn{pc.(*net.UDPConn), netip.AddrPortFrom(l.Server, serverPort)}
	defer conn.Close() //nolint:errcheck

	m, err := c.message(dhcpv4.MessageTypeRequest, dhcpv4.WithClientIP(l.Address.Addr().AsSlice()))
	if err != nil {
		return nil, err
	}

	return c.request(ctx, conn, m, answerTime)
}

func (c *client) request(ctx context.Context, conn messageConn, m *dhcpv4.DHCPv4, wait time.Duration) (*Lease, error) {
	asked := time.Now()

	ack, err := exchange(ctx, conn, m, wait, dhcpv4.MessageTypeAck, dhcpv4.MessageTypeNak)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}

	if ack.MessageType() == dhcpv4.MessageTypeNak {
		return nil, fmt.Errorf("request: %w", ErrRefused)
	}

	// Counted from the request: the answer may have been under way for long.
	return leaseOf(ack, asked)
}

// messageConn carries DHCP messages.
type messageConn interface {
	send(*dhcpv4.DHCPv4) error
	// receive returns what does not look like DHCP as an error that is not a timeout.
	receive() (*dhcpv4.DHCPv4, error)
	SetReadDeadline(time.Time) error
	Close() error
}

// exchange sends m and waits for an answer of one of the kinds.
func exchange(ctx context.Context, conn messageConn, m *dhcpv4.DHCPv4, wait time.Duration, kinds ...dhcpv4.MessageType) (*dhcpv4.DHCPv4, error) {
	if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}

	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()

	if err := conn.send(m); err != nil {
		return nil, err
	}

	for {
		got, err := conn.receive()

		if ctx.Err() != nil {
			return nil, ctx.Err()
		}

		if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
			return nil, errNoAnswer
		}

		if errors.Is(err, errNotDHCP) {
			continue
		}

		if err != nil {
			return nil, err
		}

		if got.OpCode != dhcpv4.OpcodeBootReply || got.TransactionID != m.TransactionID ||
			got.ClientHWAddr.String() != m.ClientHWAddr.String() {
			continue
		}

		for _, k := range kinds {
			if got.MessageType() == k {
				return got, nil
			}
		}
	}
}
