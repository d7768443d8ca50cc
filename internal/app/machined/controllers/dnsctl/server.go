package dnsctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// resolveCache runs the listeners.
func resolveCache(p *pool) controller.Controller {
	s := &server{pool: p, cache: newCache(), listeners: map[string]*dns.Server{}}

	return controller.Reconcile[serverView, serverView]{
		Name: "network.DNSResolveCacheController",
		Inputs: controller.In(
			network.HostDNSConfigs.Weak(kinds.ID(network.HostDNSConfigID)),
			network.DNSUpstreams.Weak(), network.StaticHosts.Weak(), cluster.Members.Weak(),
		),
		Outputs: controller.Out(network.DNSResolveCaches.Exclusive()),
		// The listeners end with the controller.
		Wake: func(ctx context.Context, _ func()) error {
			<-ctx.Done()
			s.stop()

			return nil
		},
		Observe: observeServer,
		Plan:    func(v serverView) serverView { return v },
		Apply:   s.apply,
	}.Build()
}

type serverView struct {
	listen []netip.AddrPort
	// names are answered here, lower-case with the final dot.
	names map[string][]netip.Addr
	// servers are only compared: other servers may give other answers.
	servers []string
}

func observeServer(ctx context.Context, r cosi.Reader) (serverView, error) {
	v := serverView{names: map[string][]netip.Addr{}}

	cfg, err := network.HostDNSConfigs.Find(ctx, r, network.HostDNSConfigID)
	if err != nil || cfg == nil || !cfg.TypedSpec().Enabled {
		return v, err
	}

	v.listen = cfg.TypedSpec().ListenAddresses

	hosts, err := network.StaticHosts.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, h := range controller.Running(hosts) {
		v.add(h.ID(), h.TypedSpec().Addresses)
	}

	ups, err := network.DNSUpstreams.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, u := range controller.Running(ups) {
		v.servers = append(v.servers, u.TypedSpec().Addr)
	}

	if !cfg.TypedSpec().ResolveMemberNames {
		return v, nil
	}

	members, err := cluster.Members.List(ctx, r)

	for _, m := range controller.Running(members) {
		v.add(m.ID(), m.TypedSpec().Addresses)
		v.add(m.TypedSpec().Hostname, m.TypedSpec().Addresses)
	}

	return v, err
}

func (v serverView) add(name string, addrs []netip.Addr) {
	name = strings.ToLower(dns.Fqdn(name))

	for _, a := range addrs {
		if !slices.Contains(v.names[name], a) {
			v.names[name] = append(slices.Clone(v.names[name]), a)
		}
	}
}

type server struct {
	pool *pool

	mu        sync.Mutex
	cache     *cache
	names     map[string][]netip.Addr
	servers   []string
	listeners map[string]*dns.Server
}

func (s *server) apply(_ context.Context, w *controller.Writer, v serverView) error {
	s.mu.Lock()

	s.names = v.names

	if !slices.Equal(s.servers, v.servers) {
		s.servers, s.cache = v.servers, newCache()
	}

	s.mu.Unlock()

	wanted := map[string]netip.AddrPort{}

	for _, a := range v.listen {
		wanted["udp-"+a.String()] = a
		wanted["tcp-"+a.String()] = a
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	for id, l := range s.listeners {
		if _, ok := wanted[id]; !ok {
			_ = l.Shutdown()

			delete(s.listeners, id)
			w.Log.Info("stopped answering", "listener", id)
		}
	}

	var errs []error

	for id, a := range wanted {
		if s.listeners[id] == nil {
			l, err := listen(id[:3], a, s, w.Log)
			if err != nil {
				errs = append(errs, err)

				continue
			}

			s.listeners[id] = l
			w.Log.Info("answering", "listener", id)
		}

		errs = append(errs, w.Want(controller.Want(network.DNSResolveCaches, id, network.DNSResolveCacheSpec{Status: "running"})))
	}

	return errors.Join(errs...)
}

func (s *server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()

	for id, l := range s.listeners {
		_ = l.Shutdown()

		delete(s.listeners, id)
	}
}

// listen opens a socket also on an address that the node does not have yet.
func listen(proto string, addr netip.AddrPort, h dns.Handler, log *slog.Logger) (*dns.Server, error) {
	lc := net.ListenConfig{Control: func(_, _ string, rc syscall.RawConn) error {
		var opt error

		err := rc.Control(func(fd uintptr) {
			opt = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_FREEBIND, 1)
		})

		return errors.Join(err, opt)
	}}

	srv := &dns.Server{Handler: h, UDPSize: dns.DefaultMsgSize, IdleTimeout: func() time.Duration { return 10 * time.Second }}

	var err error

	if proto == "udp" {
		srv.PacketConn, err = lc.ListenPacket(context.Background(), "udp", addr.String())
	} else {
		srv.Listener, err = lc.Listen(context.Background(), "tcp", addr.String())
	}

	if err != nil {
		return nil, fmt.Errorf("answer DNS on %s: %w", addr, err)
	}

	// Shutdown refuses a server that has not got as far as serving.
	started := make(chan struct{})
	srv.NotifyStartedFunc = func() { close(started) }

	go func() {
		if err := srv.ActivateAndServe(); err != nil {
			log.Error("stopped answering DNS", "listener", proto+"-"+addr.String(), "error", err)
		}
	}()

	<-started

	return srv, nil
}

var _ dns.Handler = (*server)(nil)

// ServeDNS answers one question: from the names known here, the cache, or the
// name servers in force.
func (s *server) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	resp := s.answer(q)

	if w.LocalAddr().Network() == "udp" {
		size := dns.MinMsgSize
		if o := q.IsEdns0(); o != nil {
			size = max(size, int(o.UDPSize()))
		}

		resp.Truncate(size)
	}

	_ = w.WriteMsg(resp) // the asker will ask again
}

// askTime is how long an asker waits at least, by resolv.conf(5)'s default of
// five seconds.
const askTime = 4500 * time.Millisecond

func (s *server) answer(q *dns.Msg) *dns.Msg {
	if len(q.Question) != 1 || q.Opcode != dns.OpcodeQuery {
		return new(dns.Msg).SetRcode(q, dns.RcodeNotImplemented)
	}

	s.mu.Lock()
	names, cache := s.names, s.cache
	s.mu.Unlock()

	if resp := local(names, q); resp != nil {
		return resp
	}

	if resp := cache.get(q, time.Now()); resp != nil {
		return resp
	}

	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()

	resp, err := s.pool.forward(ctx, q)
	if err != nil {
		slog.Debug("question was not answered", "name", q.Question[0].Name, "error", err)

		return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
	}

	cache.put(q, resp, time.Now())
	resp.Id = q.Id
	resp.Compress = true

	return resp
}

// localTTL is short: static hosts change with the config.
const localTTL = 10

// local answers for names that are known here. A name without an address of the
// family asked for exists nevertheless: the answer is empty, not "no such name".
func local(names map[string][]netip.Addr, q *dns.Msg) *dns.Msg {
	question := q.Question[0]

	if question.Qclass != dns.ClassINET {
		return nil
	}

	name := strings.ToLower(question.Name)
	resp := new(dns.Msg).SetReply(q)
	resp.RecursionAvailable = true
	header := func(t uint16) dns.RR_Header {
		return dns.RR_Header{Name: question.Name, Rrtype: t, Class: dns.ClassINET, Ttl: localTTL}
	}

	if question.Qtype == dns.TypePTR {
		for n, addrs := range names {
			for _, a := range addrs {
				if rev, err := dns.ReverseAddr(a.String()); err == nil && rev == name {
					resp.Answer = append(resp.Answer, &dns.PTR{Hdr: header(dns.TypePTR), Ptr: n})
				}
			}
		}

		if len(resp.Answer) == 0 {
			return nil
		}

		// The full name first, then by name: the order of a map is none.
		slices.SortFunc(resp.Answer, func(a, b dns.RR) int {
			x, y := a.(*dns.PTR).Ptr, b.(*dns.PTR).Ptr
			if d := strings.Count(y, ".") - strings.Count(x, "."); d != 0 {
				return d
			}

			return strings.Compare(x, y)
		})

		return resp
	}

	addrs, ok := names[name]
	if !ok || question.Qtype != dns.TypeA && question.Qtype != dns.TypeAAAA {
		return nil
	}

	for _, a := range addrs {
		switch {
		case question.Qtype == dns.TypeA && a.Is4():
			resp.Answer = append(resp.Answer, &dns.A{Hdr: header(dns.TypeA), A: a.AsSlice()})
		case question.Qtype == dns.TypeAAAA && a.Is6():
			resp.Answer = append(resp.Answer, &dns.AAAA{Hdr: header(dns.TypeAAAA), AAAA: a.AsSlice()})
		}
	}

	return resp
}
