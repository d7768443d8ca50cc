package netctl

import (
	"context"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// resolverConfig says which name servers to ask by default, by kernel arguments
// and by the config.
func resolverConfig(cl cmdline) controller.Controller {
	return controller.Derive[resolverView]{
		Name: "network.ResolverConfigController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
			network.HostnameStatuses.Weak(kinds.ID(network.HostnameID)),
		),
		Outputs: controller.Out(network.ResolverSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v resolverView, err error) {
			for _, ip := range cl.ips {
				v.cmdline = append(v.cmdline, ip.dns...)
			}

			if v.config, err = machineConfig(ctx, r); err != nil {
				return v, err
			}

			h, err := network.HostnameStatuses.Find(ctx, r, network.HostnameID)
			if h != nil {
				v.domain = h.TypedSpec().Domainname
			}

			return v, err
		},
		Plan: func(v resolverView) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range planResolvers(v) {
				items = append(items, wantLayered(network.ResolverSpecs, s.ConfigLayer, network.ResolverID, s))
			}

			return items, nil
		},
	}.Build()
}

type resolverView struct {
	config  *config.Config
	cmdline []netip.Addr
	domain  string
}

func planResolvers(v resolverView) []network.ResolverSpec {
	def := resolvers(network.ConfigLayerDefault, nil)

	for _, s := range v1alpha1.DefaultResolvers() {
		def.DNSServers = append(def.DNSServers, netip.MustParseAddr(s))
	}

	def.NameServers = plain(def.DNSServers)

	var cfg network.ResolverSpec

	if v.config != nil {
		m := v.config.Effective().Machine.Network
		cfg = resolvers(network.ConfigLayerConfiguration, nil)

		for _, s := range m.Nameservers {
			if a, err := netip.ParseAddr(s); err == nil {
				cfg.DNSServers = append(cfg.DNSServers, a)
			}
		}

		cfg.NameServers = plain(cfg.DNSServers)
		cfg.SearchDomains = m.SearchDomains

		if d, ok := config.Doc[document.ResolverConfig](v.config); ok {
			cfg.NameServers = nil

			for _, n := range d.Nameservers {
				ns := network.NameServerSpec{Addr: n.Address, TLSServerName: n.TLSServerName}
				parse(&ns.Protocol, n.Protocol)
				cfg.NameServers = append(cfg.NameServers, ns)
			}
		}

		if document.Or(m.DisableSearchDomain, false) {
			cfg.SearchDomainsOverridden = true
		} else if len(cfg.SearchDomains) > 0 && v.domain != "" {
			cfg.SearchDomains = appendNew(cfg.SearchDomains, []string{v.domain})
		}
	}

	// The machine's own domain is searched unless somebody says otherwise.
	if v.domain != "" {
		def.SearchDomains = []string{v.domain}
	}

	out := []network.ResolverSpec{def}

	if len(v.cmdline) > 0 {
		out = append(out, resolvers(network.ConfigLayerCmdline, v.cmdline))
	}

	if len(cfg.NameServers) > 0 || len(cfg.SearchDomains) > 0 || cfg.SearchDomainsOverridden {
		out = append(out, cfg)
	}

	return out
}

func resolvers(layer network.ConfigLayer, servers []netip.Addr) network.ResolverSpec {
	return network.ResolverSpec{DNSServers: servers, NameServers: plain(servers), ConfigLayer: layer}
}

// plain are servers asked over UDP and TCP.
func plain(servers []netip.Addr) []network.NameServerSpec {
	var out []network.NameServerSpec
	for _, a := range servers {
		out = append(out, network.NameServerSpec{Addr: a, Protocol: netenum.DNSProtocolDo53})
	}

	return out
}

// resolverSpec reports the servers in force.
func resolverSpec() controller.Controller {
	return controller.Derive[[]network.ResolverSpec]{
		Name:    "network.ResolverSpecController",
		Inputs:  controller.In(network.ResolverSpecs.Strong()),
		Outputs: controller.Out(network.ResolverStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) ([]network.ResolverSpec, error) {
			list, err := network.ResolverSpecs.List(ctx, r)

			return running(list), err
		},
		Plan: func(specs []network.ResolverSpec) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range specs {
				items = append(items, controller.Want(network.ResolverStatuses, network.ResolverID, network.ResolverStatusSpec{
					DNSServers: s.DNSServers, NameServers: s.NameServers, SearchDomains: s.SearchDomains,
				}))
			}

			return items, nil
		},
	}.Build()
}
