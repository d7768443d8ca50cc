//go:build netns

package dhcp6_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv6"
	"github.com/insomniacslk/dhcp/dhcpv6/server6"
	"github.com/insomniacslk/dhcp/iana"

	"github.com/talos-os/talos/internal/sys/dhcp6"
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
	}

	id := &dhcpv6.DUIDLL{HWType: iana.HWTypeEthernet, LinkLayerAddr: net.HardwareAddr{2, 0, 0, 0, 0, 9}}

	srv, err := server6.NewServer("d1", &net.UDPAddr{IP: net.IPv6unspecified, Port: 547}, func(conn net.PacketConn, peer net.Addr, d dhcpv6.DHCPv6) {
		m, ok := d.(*dhcpv6.Message)
		if !ok {
			return
		}

		mods := []dhcpv6.Modifier{
			dhcpv6.WithServerID(id), dhcpv6.WithClientID(m.Options.ClientID()), dhcpv6.WithDNS(net.ParseIP("fd09::53")),
			dhcpv6.WithIANA(dhcpv6.OptIAAddress{IPv6Addr: net.ParseIP("fd09::55"), PreferredLifetime: time.Hour, ValidLifetime: 2 * time.Hour}),
		}

		var r *dhcpv6.Message

		if m.MessageType == dhcpv6.MessageTypeSolicit {
			r, err = dhcpv6.NewAdvertiseFromSolicit(m, mods...)
		} else {
			r, err = dhcpv6.NewReplyFromMessage(m, mods...)
		}

		if err == nil {
			_, _ = conn.WriteTo(r.ToBytes(), peer)
		}
	})
	must(t, err)

	go srv.Serve()    //nolint:errcheck
	defer srv.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()

	var lease *dhcp6.Lease

	must(t, dhcp6.Run(ctx, dhcp6.Options{Link: "d0"}, func(l *dhcp6.Lease) {
		lease = l

		cancel()
	}))

	if lease == nil || len(lease.Addresses) != 1 || lease.Addresses[0].String() != "fd09::55" || len(lease.DNS) != 1 ||
		time.Until(lease.Expire) < time.Hour || time.Until(lease.Renew) > 61*time.Minute {
		t.Errorf("lease is %+v", lease)
	}
}
