//go:build netns

package nft_test

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/netns"
	"github.com/talos-os/talos/internal/sys/nft"
)

func TestMain(m *testing.M) { netns.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}
}

// TestFilter lets the loopback stand for a network: sources are told apart by
// address.
func TestFilter(t *testing.T) {
	c, err := netlink.Dial()
	must(t, err)
	must(t, c.ChangeLink(1, netlink.LinkChange{Up: new(true)}))

	for _, a := range []string{"10.20.0.1/32", "10.20.0.2/32", "10.20.9.9/32", "fd20::1/128"} {
		must(t, c.AddAddress(netlink.Address{LinkIndex: 1, Prefix: netip.MustParsePrefix(a), Flags: unix.IFA_F_NODAD}))
	}

	l, err := net.Listen("tcp", "[::]:10250")
	must(t, err)

	defer l.Close() //nolint:errcheck

	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}

			conn.Close() //nolint:errcheck
		}
	}()

	dial := func(from, to string) bool {
		d := net.Dialer{Timeout: 300 * time.Millisecond, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}

		conn, err := d.Dial("tcp", net.JoinHostPort(to, "10250"))
		if err == nil {
			conn.Close() //nolint:errcheck
		}

		return err == nil
	}

	check := func(name string, want map[string]bool) {
		t.Helper()

		for from, ok := range want {
			to := "10.20.0.1"
			if netip.MustParseAddr(from).Is6() {
				to = "fd20::1"
			}

			if got := dial(from, to); got != ok {
				t.Errorf("%s: from %s is %t", name, from, got)
			}
		}
	}

	accept, drop := nft.Accept, nft.Drop
	back := nft.Rule{States: 6, Verdict: &accept}
	kubelet := nft.Rule{
		Proto: unix.IPPROTO_TCP, Ports: []nft.Ports{{Lo: 10250, Hi: 10260}}, Counter: true, Verdict: &accept,
		Source: &nft.Addresses{Include: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/24")}, Exclude: []netip.Prefix{netip.MustParsePrefix("10.20.0.2/32")}},
	}
	chain := func(dropAll bool, rules ...nft.Rule) []nft.Chain {
		return []nft.Chain{{Name: "ingress", Hook: unix.NF_INET_LOCAL_IN, Priority: -140, Drop: dropAll, Rules: rules}}
	}

	all := map[string]bool{"10.20.0.1": true, "10.20.0.2": true, "10.20.9.9": true, "fd20::1": true}
	some := map[string]bool{"10.20.0.1": true, "10.20.0.2": false, "10.20.9.9": false, "fd20::1": false}

	must(t, nft.Replace("test", nil))
	check("without a table", all)

	must(t, nft.Replace("test", chain(true, back, kubelet)))
	check("all is blocked but some", some)

	rest := kubelet
	rest.Source, rest.Verdict = nil, &drop
	must(t, nft.Replace("test", chain(false, back, kubelet, rest)))
	check("all is open but others on this port", some)

	inverted := kubelet
	inverted.Source = &nft.Addresses{Include: kubelet.Source.Include, Exclude: kubelet.Source.Exclude, Invert: true}
	inverted.Verdict = &drop
	must(t, nft.Replace("test", chain(false, inverted)))
	check("inverted", some)

	must(t, nft.Replace("test", chain(true, nft.Rule{InLinks: []string{"lo", "siderolink"}, Verdict: &accept})))
	check("by link", all)

	must(t, nft.Replace("test", chain(true,
		nft.Rule{Proto: unix.IPPROTO_ICMPV6, ICMPTypes: []uint8{135, 136}, Verdict: &accept},
		nft.Rule{Proto: unix.IPPROTO_ICMP, PerSecond: 5, Verdict: &accept},
		nft.Rule{Mark: &nft.Mark{Mask: 0xf0, Value: 0x20}, Verdict: &accept},
	)))
	check("nothing of that", map[string]bool{"10.20.0.1": false})

	must(t, nft.Replace("test", nil))
	check("table is gone", all)
}
