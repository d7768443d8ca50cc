package dnsctl

import (
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func question(name string, t uint16) *dns.Msg { return new(dns.Msg).SetQuestion(name, t) }

func rr(t *testing.T, text string) dns.RR {
	t.Helper()

	r, err := dns.NewRR(text)
	if err != nil {
		t.Fatal(err)
	}

	return r
}

func TestLocalNames(t *testing.T) {
	t.Parallel()

	names := map[string][]netip.Addr{
		"node-1.":             {netip.MustParseAddr("10.5.0.2")},
		"node-1.example.org.": {netip.MustParseAddr("10.5.0.2")},
	}

	for _, row := range []struct {
		name, ask string
		qtype     uint16
		answer    string
		known     bool
	}{
		{"an address", "node-1.", dns.TypeA, "node-1.\t10\tIN\tA\t10.5.0.2", true},
		{"in any spelling", "NODE-1.", dns.TypeA, "NODE-1.\t10\tIN\tA\t10.5.0.2", true},
		{"no IPv6 is an empty answer", "node-1.", dns.TypeAAAA, "", true},
		{"the name of an address, the full one first", "2.0.5.10.in-addr.arpa.", dns.TypePTR, "2.0.5.10.in-addr.arpa.\t10\tIN\tPTR\tnode-1.example.org.", true},
		{"others are not known here", "other.", dns.TypeA, "", false},
		{"other types are asked of others", "node-1.", dns.TypeMX, "", false},
	} {
		m := local(names, question(row.ask, row.qtype))

		got := ""
		if m != nil && len(m.Answer) > 0 {
			got = m.Answer[0].String()
		}

		if (m != nil) != row.known || got != row.answer {
			t.Errorf("%s: got %v", row.name, m)
		}
	}
}

func TestCache(t *testing.T) {
	t.Parallel()

	c, now := newCache(), time.Unix(0, 0)
	q := question("a.example.", dns.TypeA)
	resp := new(dns.Msg).SetReply(q)
	resp.Answer = []dns.RR{rr(t, "a.example. 60 IN A 192.0.2.1")}
	c.put(q, resp, now)

	again := question("A.example.", dns.TypeA)
	if m := c.get(again, now.Add(20*time.Second)); m == nil || m.Id != again.Id || m.Answer[0].Header().Ttl != 40 || m.Question[0].Name != "A.example." {
		t.Errorf("got %v", m)
	}

	if m := c.get(q, now.Add(time.Minute)); m != nil {
		t.Errorf("outlived its time: %v", m)
	}

	no := new(dns.Msg).SetRcode(q, dns.RcodeNameError)
	no.Ns = []dns.RR{rr(t, "example. 3600 IN SOA ns. root. 1 1 1 1 86400")}

	for name, row := range map[string]struct {
		msg  *dns.Msg
		want time.Duration
	}{
		"an answer":              {resp, time.Minute},
		"no such name, not long": {no, maxNegativeTTL},
		"failures are not kept":  {new(dns.Msg).SetRcode(q, dns.RcodeServerFailure), 0},
	} {
		if got := ttlOf(row.msg); got != row.want {
			t.Errorf("%s: kept for %s", name, got)
		}
	}

	for i := range cacheSize + 100 {
		q := question(dns.Fqdn(time.Duration(i).String()), dns.TypeA)
		c.put(q, resp, now)
	}

	if len(c.entries) != cacheSize || c.order.Len() != cacheSize {
		t.Errorf("%d entries", len(c.entries))
	}
}

// upstreamServer answers every question, or none.
func upstreamServer(t *testing.T, answer bool) (netip.AddrPort, *atomic.Int32) {
	t.Helper()

	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}

	var asked atomic.Int32

	srv := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		asked.Add(1)

		if answer {
			m := new(dns.Msg).SetReply(q)
			m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}, A: net.IP{192, 0, 2, 7}}}
			_ = w.WriteMsg(m)
		} else {
			_ = w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeServerFailure))
		}
	})}

	go srv.ActivateAndServe() //nolint:errcheck

	t.Cleanup(func() { _ = srv.Shutdown() })

	return netip.MustParseAddrPort(pc.LocalAddr().String()), &asked
}

func TestServerForwardsAndRemembers(t *testing.T) {
	t.Parallel()

	bad, _ := upstreamServer(t, false)
	good, asked := upstreamServer(t, true)

	p := newPool()
	// The port of the specs is fixed, so the test goes below it.
	s := &server{pool: p, cache: newCache(), names: map[string][]netip.Addr{}, listeners: map[string]*dns.Server{}}

	if m := s.answer(question("x.example.", dns.TypeA)); m.Rcode != dns.RcodeServerFailure {
		t.Errorf("without servers: %v", m)
	}

	p.upstreams = []*upstream{testUpstream(bad), testUpstream(good)}

	l, err := listen("udp", netip.MustParseAddrPort("127.0.0.1:0"), s, nil)
	if err != nil {
		t.Fatal(err)
	}

	defer l.Shutdown() //nolint:errcheck

	for range 3 {
		m, err := dns.Exchange(question("x.example.", dns.TypeA), l.PacketConn.LocalAddr().String())
		if err != nil || len(m.Answer) != 1 {
			t.Fatalf("got %v, %v", m, err)
		}
	}

	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func testUpstream(a netip.AddrPort) *upstream {
	return &upstream{NameServerSpec: network.NameServerSpec{Addr: a.Addr()}, port: a.Port()}
}

func TestPoolPrefersServersThatAnswer(t *testing.T) {
	t.Parallel()

	p, now := newPool(), time.Unix(1000, 0)
	changes := 0
	p.changed = func() { changes++ }
	specs := []network.NameServerSpec{{Addr: netip.MustParseAddr("192.0.2.1")}, {Addr: netip.MustParseAddr("192.0.2.2")}}
	p.set(specs)

	first := p.upstreams[0]
	p.report(first, errNoServers, now)
	p.report(first, errNoServers, now.Add(time.Second))

	if got := p.candidates(now.Add(2 * time.Second)); got[0] == first || len(got) != 2 {
		t.Errorf("asks the bad one first")
	}

	if p.set(specs); p.upstreams[0] != first {
		t.Error("forgot what it knew")
	}

	if got := p.candidates(now.Add(badTime + time.Minute)); got[0] != first {
		t.Error("never asks it again")
	}

	p.report(first, nil, now.Add(2*time.Second))

	if changes != 2 {
		t.Errorf("%d changes", changes)
	}
}
