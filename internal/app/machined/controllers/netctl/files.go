package netctl

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// staticHost lists the names of /etc/hosts, for that file and for host DNS.
func staticHost() controller.Controller {
	return controller.Derive[hostsView]{
		Name: "network.StaticHostController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
			network.HostnameStatuses.Weak(kinds.ID(network.HostnameID)),
			network.NodeAddresses.Weak(kinds.ID(network.NodeAddressCurrentID)),
		),
		Outputs: controller.Out(network.StaticHosts.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (hostsView, error) {
			return observeHosts(ctx, r, network.NodeAddressCurrentID)
		},
		Plan: func(v hostsView) ([]controller.Item, error) {
			var items []controller.Item

			for name, addrs := range planStaticHosts(v) {
				items = append(items, controller.Want(network.StaticHosts, name, network.StaticHostSpec{Addresses: addrs}))
			}

			return items, nil
		},
	}.Build()
}

type hostsView struct {
	config    *config.Config
	hostname  network.HostnameStatusSpec
	addresses []netip.Prefix
}

func observeHosts(ctx context.Context, r cosi.Reader, addresses string) (v hostsView, err error) {
	if v.config, err = machineConfig(ctx, r); err != nil {
		return v, err
	}

	if h, err := network.HostnameStatuses.Find(ctx, r, network.HostnameID); err != nil {
		return v, err
	} else if h != nil {
		v.hostname = *h.TypedSpec()
	}

	a, err := network.NodeAddresses.Find(ctx, r, addresses)
	if a != nil {
		v.addresses = a.TypedSpec().Addresses
	}

	return v, err
}

func (h hostsView) fqdn() string {
	if h.hostname.Domainname == "" {
		return h.hostname.Hostname
	}

	return h.hostname.Hostname + "." + h.hostname.Domainname
}

func planStaticHosts(v hostsView) map[string][]netip.Addr {
	out := map[string][]netip.Addr{
		"localhost": {netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()},
	}

	add := func(name string, a netip.Addr) {
		if name != "" {
			out[name] = appendNew(out[name], []netip.Addr{a})
		}
	}

	for _, a := range v.addresses {
		add(v.hostname.Hostname, a.Addr())
		add(v.fqdn(), a.Addr())
	}

	if v.config != nil {
		for _, e := range v.config.Effective().Machine.Network.ExtraHostEntries {
			if a, err := netip.ParseAddr(e.IP); err == nil {
				for _, name := range e.Aliases {
					add(name, a)
				}
			}
		}
	}

	return out
}

// etcFiles renders /etc/hosts, /etc/hostname and /etc/resolv.conf.
func etcFiles() controller.Controller {
	return controller.Derive[etcView]{
		Name: "network.EtcFileController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
			network.HostnameStatuses.Weak(kinds.ID(network.HostnameID)),
			network.ResolverStatuses.Weak(kinds.ID(network.ResolverID)),
			network.NodeAddresses.Weak(kinds.ID(network.NodeAddressDefaultID)),
			network.HostDNSConfigs.Weak(kinds.ID(network.HostDNSConfigID)),
			files.EtcFileSpecs.DestroyReady(),
		),
		Outputs: controller.Out(files.EtcFileSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v etcView, err error) {
			if v.hosts, err = observeHosts(ctx, r, network.NodeAddressDefaultID); err != nil {
				return v, err
			}

			rs, err := network.ResolverStatuses.Find(ctx, r, network.ResolverID)
			if err != nil {
				return v, err
			}

			if rs != nil {
				v.resolvers = rs.TypedSpec()
			}

			dns, err := network.HostDNSConfigs.Find(ctx, r, network.HostDNSConfigID)
			if dns != nil {
				v.hostDNS = *dns.TypedSpec()
			}

			return v, err
		},
		Plan: func(v etcView) ([]controller.Item, error) {
			var items []controller.Item

			for name, text := range planEtcFiles(v) {
				items = append(items, controller.Want(files.EtcFileSpecs, name, files.EtcFileSpec{
					Contents: []byte(text), Mode: 0o644,
				}))
			}

			return items, nil
		},
	}.Build()
}

type etcView struct {
	hosts     hostsView
	resolvers *network.ResolverStatusSpec
	hostDNS   network.HostDNSConfigSpec
}

func planEtcFiles(v etcView) map[string]string {
	out := map[string]string{}

	if v.resolvers != nil {
		out["resolv.conf"] = renderResolvConf(*v.resolvers, v.hostDNS)
	}

	if v.hosts.hostname.Hostname != "" {
		out["hostname"] = v.hosts.hostname.Hostname + "\n"
		out["hosts"] = renderHosts(v.hosts)
	}

	return out
}

// maxNameservers is MAXNS of resolv.conf(5).
const maxNameservers = 3

func renderResolvConf(r network.ResolverStatusSpec, dns network.HostDNSConfigSpec) string {
	servers := make([]string, 0, len(r.DNSServers))
	for _, s := range r.DNSServers {
		servers = append(servers, s.String())
	}

	if dns.Enabled && len(dns.ListenAddresses) > 0 {
		// Only one of the listeners is for the node itself.
		servers = []string{dns.ListenAddresses[0].Addr().String()}
	}

	var b strings.Builder

	for _, s := range servers[:min(len(servers), maxNameservers)] {
		fmt.Fprintf(&b, "nameserver %s\n", s)
	}

	if len(r.SearchDomains) > 0 {
		fmt.Fprintf(&b, "\nsearch %s\n", strings.Join(r.SearchDomains, " "))
	}

	return b.String()
}

func renderHosts(v hostsView) string {
	type line struct {
		addr  string
		names []string
	}

	lines := []line{{"127.0.0.1", []string{"localhost"}}}

	for _, a := range v.addresses {
		// The full name first: gethostname(3) users take it as the canonical one.
		names := []string{v.fqdn(), v.hostname.Hostname}
		lines = append(lines, line{a.Addr().String(), slices.Compact(names)})
	}

	lines = append(lines,
		line{"::1", []string{"localhost", "ip6-localhost", "ip6-loopback"}},
		line{"ff02::1", []string{"ip6-allnodes"}},
		line{"ff02::2", []string{"ip6-allrouters"}},
	)

	if v.config != nil {
		for _, e := range v.config.Effective().Machine.Network.ExtraHostEntries {
			lines = append(lines, line{e.IP, e.Aliases})
		}
	}

	var b strings.Builder

	for _, l := range lines {
		fmt.Fprintf(&b, "%-16s %s\n", l.addr, strings.Join(l.names, " "))
	}

	return b.String()
}
