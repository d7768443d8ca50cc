package dhcp4

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

func TestDatagramSurvivesUnwrapping(t *testing.T) {
	t.Parallel()

	for _, payload := range [][]byte{nil, {1}, []byte("an even number.."), bytes.Repeat([]byte{0xff}, 301)} {
		b := datagram(netip.MustParseAddr("10.0.0.4"), payload)

		if s := checksum(b[:ipHeader], 0); s != 0 {
			t.Errorf("IP header of %d bytes sums up to %x", len(payload), s)
		}

		if s := checksum(b[ipHeader:], partial(b[12:20], 17+uint32(len(b)-ipHeader))); s != 0 {
			t.Errorf("UDP of %d bytes sums up to %x", len(payload), s)
		}

		// The same the other way round, as an answer.
		b[ipHeader], b[ipHeader+1], b[ipHeader+2], b[ipHeader+3] = 0, serverPort, 0, clientPort

		if got, ok := payloadOf(b); !ok || !bytes.Equal(got, payload) {
			t.Errorf("unwrapped %x, want %x", got, payload)
		}
	}
}

func FuzzPayload(f *testing.F) {
	f.Add(datagram(netip.MustParseAddr("10.0.0.4"), []byte("x")))
	f.Fuzz(func(_ *testing.T, b []byte) {
		if p, ok := payloadOf(b); ok {
			if m, err := parse(p); err == nil {
				_, _ = leaseOf(m, time.Time{})
			}
		}
	})
}

func TestLease(t *testing.T) {
	t.Parallel()

	now := time.Unix(1000, 0)
	opt := func(code dhcpv4.OptionCode, b ...byte) dhcpv4.Modifier {
		return dhcpv4.WithOption(dhcpv4.Option{Code: code, Value: dhcpv4.OptionGeneric{Data: b}})
	}

	for _, row := range []struct {
		name string
		mods []dhcpv4.Modifier
		want func(*Lease) bool
	}{
		{"without a lease time it is an hour", nil, func(l *Lease) bool {
			return l.Expire.Equal(now.Add(time.Hour)) && l.Renew.Equal(now.Add(30*time.Minute)) && l.Address.String() == "10.0.0.7/32"
		}},
		{"a lease without end", []dhcpv4.Modifier{opt(dhcpv4.OptionIPAddressLeaseTime, 255, 255, 255, 255)}, func(l *Lease) bool {
			return l.Expire.IsZero() && l.Renew.IsZero()
		}},
		{"renewal after expiry is not believed", []dhcpv4.Modifier{
			opt(dhcpv4.OptionIPAddressLeaseTime, 0, 0, 1, 0), opt(dhcpv4.OptionRenewTimeValue, 0, 1, 0, 0),
		}, func(l *Lease) bool {
			return l.Renew.Equal(now.Add(128*time.Second)) && l.Rebind.Equal(now.Add(224*time.Second))
		}},
		{"seconds are stretched to a minute", []dhcpv4.Modifier{opt(dhcpv4.OptionIPAddressLeaseTime, 0, 0, 0, 1)}, func(l *Lease) bool {
			return l.Expire.Equal(now.Add(time.Minute))
		}},
		{"mask, router, names with zero bytes", []dhcpv4.Modifier{
			dhcpv4.WithNetmask(net.CIDRMask(24, 32)), dhcpv4.WithRouter(net.IP{10, 0, 0, 1}),
			opt(dhcpv4.OptionHostName, 'a', 'b', 0), opt(dhcpv4.OptionDomainName, 'x', '.', 'y', 0),
		}, func(l *Lease) bool {
			return l.Address.String() == "10.0.0.7/24" && l.Routers[0].String() == "10.0.0.1" && l.Hostname == "ab" && l.Domain == "x.y"
		}},
		{"classless routes, one on the link", []dhcpv4.Modifier{
			opt(dhcpv4.OptionClasslessStaticRoute, 0, 10, 0, 0, 1, 16, 192, 168, 0, 0, 0, 0),
		}, func(l *Lease) bool {
			return len(l.Routes) == 2 && l.Routes[0] == Route{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParseAddr("10.0.0.1")} &&
				l.Routes[1] == Route{netip.MustParsePrefix("192.168.0.0/16"), netip.Addr{}}
		}},
		{"an MTU below the least is not believed", []dhcpv4.Modifier{opt(dhcpv4.OptionInterfaceMTU, 0, 68)}, func(l *Lease) bool { return l.MTU == 0 }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()

			m, err := dhcpv4.New(append(row.mods, dhcpv4.WithYourIP(net.IP{10, 0, 0, 7}), dhcpv4.WithMessageType(dhcpv4.MessageTypeAck))...)
			if err != nil {
				t.Fatal(err)
			}

			if m, err = dhcpv4.FromBytes(m.ToBytes()); err != nil {
				t.Fatal(err)
			}

			if l, err := leaseOf(m, now); err != nil || !row.want(l) {
				t.Errorf("got %+v, %v", l, err)
			}
		})
	}
}
