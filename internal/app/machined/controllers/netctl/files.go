package netctl

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
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

// etcFiles renders /etc/hosts, /etc/hostname and /etc/resolv.conf, and the
// resolv.conf of pods, which the kubelet takes from a directory of its own: pods
// cannot reach a server on the node's loopback.
func etcFiles(resolved string) controller.Controller {
	return controller.Reconcile[etcView, map[string]string]{
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
		Observe: observeEtc,
		Plan:    planEtcFiles,
		Apply: func(_ context.Context, w *controller.Writer, p map[string]string) error {
			var errs []error

			for name, text := range p {
				if name == podResolvConf {
					errs = append(errs, writePodResolvConf(resolved, text))

					continue
				}

				errs = append(errs, w.Want(controller.Want(files.EtcFileSpecs, name, files.EtcFileSpec{
					Contents: []byte(text), Mode: 0o644,
				})))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

// podResolvConf stands for the one file of a plan that is not in /etc.
const podResolvConf = "pod"

func writePodResolvConf(dir, text string) error {
	path := filepath.Join(dir, "resolv.conf")
	if have, err := os.ReadFile(path); err == nil && string(have) == text {
		return nil
	}

	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}

	return atomicfile.Write(path, []byte(text), 0o644)
}

func observeEtc(ctx context.Context, r cosi.Reader) (v etcView, err error) {
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
}

type etcView struct {
	hosts     hostsView
	resolvers *network.ResolverStatusSpec
	hostDNS   network.HostDNSConfigSpec
}

func planEtcFiles(v etcView) map[string]string {
	out := map[string]string{}

	if v.resolvers != nil {
		servers := v.resolvers.DNSServers
		pods := servers

		if v.hostDNS.Enabled && len(v.hostDNS.ListenAddresses) > 0 {
			// Only the first listener is for the node itself.
			servers = []netip.Addr{v.hostDNS.ListenAddresses[0].Addr()}

			if service := hostDNSForPods(v.hostDNS); len(service) > 0 {
				pods = service
			}
		}

		out["resolv.conf"] = renderResolvConf(servers, v.resolvers.SearchDomains)
		out[podResolvConf] = renderResolvConf(pods, v.resolvers.SearchDomains)
	}

	if v.hosts.hostname.Hostname != "" {
		out["hostname"] = v.hosts.hostname.Hostname + "\n"
		out["hosts"] = renderHosts(v.hosts)
	}

	return out
}

// maxNameservers is MAXNS of resolv.conf(5).
const maxNameservers = 3

func renderResolvConf(servers []netip.Addr, search []string) string {
	var b strings.Builder

	for _, s := range servers[:min(len(servers), maxNameservers)] {
		fmt.Fprintf(&b, "nameserver %s\n", s)
	}

	if len(search) > 0 {
		fmt.Fprintf(&b, "\nsearch %s\n", strings.Join(search, " "))
	}

	return b.String()
}

func hostDNSForPods(dns network.HostDNSConfigSpec) (out []netip.Addr) {
	for _, a := range []netip.Addr{dns.ServiceHostDNSAddress, dns.ServiceHostDNSAddressV6} {
		if a.IsValid() {
			out = append(out, a)
		}
	}

	return out
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
