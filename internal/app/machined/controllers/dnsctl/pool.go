package dnsctl

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/miekg/dns"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

const (
	// tryTime is how long one server may take before the next is asked.
	tryTime = 2 * time.Second
	// badTime is how long a server that did not answer is asked last. There is
	// no probing: the next question after that time is the probe.
	badTime = 10 * time.Second
)

// pool is the name servers to forward to, in order of preference, and what is
// known of their health from the questions they got.
type pool struct {
	mu        sync.Mutex
	upstreams []*upstream
	changed   func()
}

type upstream struct {
	network.NameServerSpec
	badUntil time.Time
	http     *http.Client
	// port is for tests; zero is the protocol's.
	port uint16
}

func newPool() *pool { return &pool{changed: func() {}} }

func (u *upstream) addr() string {
	port := "53"

	switch u.Protocol {
	case netenum.DNSProtocolDoT:
		port = "853"
	case netenum.DNSProtocolDoH:
		port = "443"
	}

	if u.port != 0 {
		port = strconv.Itoa(int(u.port))
	}

	return net.JoinHostPort(u.Addr.String(), port)
}

// set replaces the servers; those that stay keep their state.
func (p *pool) set(specs []network.NameServerSpec) {
	p.mu.Lock()
	defer p.mu.Unlock()

	var out []*upstream

next:
	for _, s := range specs {
		for _, u := range p.upstreams {
			if u.NameServerSpec == s {
				out = append(out, u)

				continue next
			}
		}

		out = append(out, newUpstream(s))
	}

	p.upstreams = out
}

func newUpstream(s network.NameServerSpec) *upstream {
	u := &upstream{NameServerSpec: s}

	if s.Protocol == netenum.DNSProtocolDoH {
		// The name is only for the certificate: asking DNS for it would go round.
		u.http = &http.Client{Transport: &http.Transport{
			ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute, TLSClientConfig: tlsConfig(s),
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, u.addr())
			},
		}}
	}

	return u
}

func tlsConfig(s network.NameServerSpec) *tls.Config {
	name := s.TLSServerName
	if name == "" {
		name = s.Addr.String()
	}

	return &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}
}

// candidates are the servers to try, the good ones first.
func (p *pool) candidates(now time.Time) []*upstream {
	p.mu.Lock()
	defer p.mu.Unlock()

	var good, bad []*upstream

	for _, u := range p.upstreams {
		if now.Before(u.badUntil) {
			bad = append(bad, u)
		} else {
			good = append(good, u)
		}
	}

	return append(good, bad...)
}

func (p *pool) report(u *upstream, err error, now time.Time) {
	p.mu.Lock()

	was := now.Before(u.badUntil)
	u.badUntil = time.Time{}

	if err != nil {
		u.badUntil = now.Add(badTime)
	}

	changed := p.changed
	p.mu.Unlock()

	if was != (err != nil) {
		changed()
	}
}

var errNoServers = errors.New("no name servers are known")

// forward asks one server after the other until one answers.
func (p *pool) forward(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	var errs []error

	for _, u := range p.candidates(time.Now()) {
		tryCtx, cancel := context.WithTimeout(ctx, tryTime)
		resp, err := u.ask(tryCtx, q)

		cancel()

		if ctx.Err() != nil {
			return nil, ctx.Err()
		}

		p.report(u, err, time.Now())

		// A server that cannot is asked next time again, but somebody else may know.
		if err == nil && (resp.Rcode == dns.RcodeServerFailure || resp.Rcode == dns.RcodeRefused) {
			err = fmt.Errorf("%s answers %s", u.addr(), dns.RcodeToString[resp.Rcode])
		}

		if err == nil {
			return resp, nil
		}

		errs = append(errs, err)
	}

	if len(errs) == 0 {
		return nil, errNoServers
	}

	return nil, errors.Join(errs...)
}

func (u *upstream) ask(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	switch u.Protocol {
	case netenum.DNSProtocolDoH:
		return u.askHTTP(ctx, q)
	case netenum.DNSProtocolDoT:
		resp, _, err := (&dns.Client{Net: "tcp-tls", TLSConfig: tlsConfig(u.NameServerSpec)}).ExchangeContext(ctx, q, u.addr())

		return resp, err
	}

	resp, _, err := (&dns.Client{Net: "udp", UDPSize: dns.DefaultMsgSize}).ExchangeContext(ctx, q, u.addr())
	if err == nil && resp.Truncated {
		resp, _, err = (&dns.Client{Net: "tcp"}).ExchangeContext(ctx, q, u.addr())
	}

	return resp, err
}

func (u *upstream) askHTTP(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	// ID zero lets caches on the way work (RFC 8484 section 4.1).
	m := q.Copy()
	m.Id = 0

	wire, err := m.Pack()
	if err != nil {
		return nil, err
	}

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+tlsConfig(u.NameServerSpec).ServerName+"/dns-query", bytes.NewReader(wire))
	if err != nil {
		return nil, err
	}

	req.Header.Set("Content-Type", "application/dns-message")
	req.Header.Set("Accept", "application/dns-message")

	resp, err := u.http.Do(req)
	if err != nil {
		return nil, err
	}

	defer resp.Body.Close() //nolint:errcheck

	body, err := io.ReadAll(io.LimitReader(resp.Body, dns.MaxMsgSize))
	if err != nil {
		return nil, err
	}

	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", u.addr(), resp.Status)
	}

	out := new(dns.Msg)
	if err = out.Unpack(body); err != nil {
		return nil, err
	}

	out.Id = q.Id

	return out, nil
}

// upstreams fills the pool from the name servers in force and shows its health.
func upstreams(p *pool) controller.Controller {
	type view struct {
		enabled bool
		servers []network.NameServerSpec
	}

	return controller.Reconcile[view, []network.NameServerSpec]{
		Name: "network.DNSUpstreamController",
		Inputs: controller.In(
			network.HostDNSConfigs.Weak(kinds.ID(network.HostDNSConfigID)),
			network.ResolverStatuses.Weak(kinds.ID(network.ResolverID)),
		),
		Outputs: controller.Out(network.DNSUpstreams.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			p.mu.Lock()
			p.changed = notify
			p.mu.Unlock()

			<-ctx.Done()

			return nil
		},
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			cfg, err := network.HostDNSConfigs.Find(ctx, r, network.HostDNSConfigID)
			if err != nil {
				return v, err
			}

			v.enabled = cfg != nil && cfg.TypedSpec().Enabled

			res, err := network.ResolverStatuses.Find(ctx, r, network.ResolverID)
			if err != nil || res == nil {
				return v, err
			}

			v.servers = nameServers(*res.TypedSpec())

			return v, nil
		},
		Plan: func(v view) []network.NameServerSpec {
			if !v.enabled {
				return nil
			}

			return v.servers
		},
		Apply: func(_ context.Context, w *controller.Writer, servers []network.NameServerSpec) error {
			p.set(servers)

			var errs []error

			for i, s := range p.status(time.Now()) {
				// IDs sort in the order of preference.
				errs = append(errs, w.Want(controller.Want(network.DNSUpstreams, fmt.Sprintf("#%03d %s", i, s.Addr), s)))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

// nameServers leaves our own addresses out: questions would go round.
func nameServers(s network.ResolverStatusSpec) []network.NameServerSpec {
	list := s.NameServers
	if len(list) == 0 {
		for _, a := range s.DNSServers {
			list = append(list, network.NameServerSpec{Addr: a})
		}
	}

	var out []network.NameServerSpec

	for _, n := range list {
		if a := n.Addr; a.IsValid() && a != nodeAddress.Addr() && a != podAddress && a != podAddress6 {
			out = append(out, n)
		}
	}

	return out
}

func (p *pool) status(now time.Time) []network.DNSUpstreamSpec {
	p.mu.Lock()
	defer p.mu.Unlock()

	var out []network.DNSUpstreamSpec
	for _, u := range p.upstreams {
		out = append(out, network.DNSUpstreamSpec{Addr: u.addr(), Healthy: strconv.FormatBool(!now.Before(u.badUntil))})
	}

	return out
}
