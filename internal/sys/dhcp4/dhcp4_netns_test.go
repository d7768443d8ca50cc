//go:build netns

package dhcp4_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/server4"

	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}
}

func TestLeaseFromServer(t *testing.T) {
	c, err := netlink.Dial()
	must(t, err)

	defer c.Close() //nolint:errcheck

	must(t, c.AddLink(netlink.Link{Name: "d0", Kind: "veth"}, "d1"))

	links, err := c.Links()
	must(t, err)

	for _, l := range links {
		if l.Name == "d0" || l.Name == "d1" {
			must(t, c.ChangeLink(l.Index, netlink.LinkChange{Up: new(true)}))
		}

		if l.Name == "d1" {
			must(t, c.AddAddress(netlink.Address{LinkIndex: l.Index, Prefix: netip.MustParsePrefix("10.9.0.1/24")}))
		}
	}

	nak := false

	srv, err := server4.NewServer("d1", &net.UDPAddr{IP: net.IPv4zero, Port: 67}, func(conn net.PacketConn, _ net.Addr, m *dhcpv4.DHCPv4) {
		kind := dhcpv4.MessageTypeOffer
		if m.MessageType() == dhcpv4.MessageTypeRequest {
			kind = dhcpv4.MessageTypeAck

			if nak && m.ServerIdentifier() == nil {
				kind = dhcpv4.MessageTypeNak
			}
		}

		r, err := dhcpv4.NewReplyFromRequest(m,
			dhcpv4.WithMessageType(kind), dhcpv4.WithServerIP(net.IP{10, 9, 0, 1}), dhcpv4.WithYourIP(net.IP{10, 9, 0, 55}),
			dhcpv4.WithOption(dhcpv4.OptServerIdentifier(net.IP{10, 9, 0, 1})), dhcpv4.WithNetmask(net.CIDRMask(24, 32)),
			dhcpv4.WithRouter(net.IP{10, 9, 0, 1}), dhcpv4.WithDNS(net.IP{10, 9, 0, 2}), dhcpv4.WithLeaseTime(3600),
		)
		if err == nil {
			_, _ = conn.WriteTo(r.ToBytes(), &net.UDPAddr{IP: net.IPv4bcast, Port: 68})
		}
	})
	must(t, err)

	go srv.Serve()    //nolint:errcheck
	defer srv.Close() //nolint:errcheck

	run := func(previous *dhcp4.Lease) *dhcp4.Lease {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()

		var last *dhcp4.Lease

		if err := dhcp4.Run(ctx, dhcp4.Options{Link: "d0"}, previous, func(l *dhcp4.Lease) {
			if last = l; l != nil {
				cancel()
			}
		}); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}

		return last
	}

	l := run(nil)
	if l == nil || l.Address.String() != "10.9.0.55/24" || l.Server.String() != "10.9.0.1" || len(l.DNS) != 1 {
		t.Fatalf("lease is %+v", l)
	}

	if again := run(l); again == nil || again.Address != l.Address {
		t.Errorf("asked for it again and got %+v", again)
	}

	nak = true

	if other := run(l); other == nil {
		t.Error("no new lease after a refusal")
	}
}
