// Package dnsctl is the node's own DNS server: it caches, forwards to the name
// servers in force, and knows the node's static hosts and, if asked to, the
// names of the cluster's members.
//
// It listens on loopback for the node, and on a link-local address that pods can
// reach for the cluster's CoreDNS.
package dnsctl

import (
	"context"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// Where the server listens.
var (
	nodeAddress = netip.MustParseAddrPort("127.0.0.53:53")
	podAddress  = netip.MustParseAddr("169.254.116.108")
	podAddress6 = netip.MustParseAddr("fd54:616c:6f73:0:204f:5320:444e:531")
)

// Deps is what the controllers need from outside the store: nothing so far.
type Deps struct{}

// Controllers lists the controllers of this package.
func Controllers(Deps) []controller.Controller {
	pool := newPool()

	return []controller.Controller{hostDNSConfig(), upstreams(pool), resolveCache(pool)}
}

// hostDNSConfig takes from the config whether and where to listen. The address
// for pods is put on the loopback link.
func hostDNSConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "network.HostDNSConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.HostDNSConfigs.Exclusive(), network.AddressSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) {
			res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
			if err != nil || res == nil {
				return nil, err
			}

			return res.TypedSpec().Config(), nil
		},
		Plan: func(c *config.Config) ([]controller.Item, error) {
			spec := planHostDNS(c)
			items := []controller.Item{controller.Want(network.HostDNSConfigs, network.HostDNSConfigID, spec)}

			for _, a := range []netip.Addr{spec.ServiceHostDNSAddress, spec.ServiceHostDNSAddressV6} {
				if !a.IsValid() {
					continue
				}

				prefix := netip.PrefixFrom(a, a.BitLen())
				family := netenum.FamilyInet4

				if a.Is6() {
					family = netenum.FamilyInet6
				}

				items = append(items, controller.Want(network.AddressSpecs, "configuration/lo/"+prefix.String(), network.AddressSpec{
					Address: prefix, LinkName: "lo", Family: family, Scope: netenum.ScopeHost,
					Flags: netenum.AddressFlagPermanent, ConfigLayer: network.ConfigLayerConfiguration,
				}, controller.InNamespace("network-config")))
			}

			return items, nil
		},
	}.Build()
}

func planHostDNS(c *config.Config) network.HostDNSConfigSpec {
	if c == nil {
		return network.HostDNSConfigSpec{}
	}

	e := c.Effective()

	h := e.Machine.Features.HostDNS
	if !document.Or(h.Enabled, false) {
		return network.HostDNSConfigSpec{}
	}

	s := network.HostDNSConfigSpec{
		Enabled: true, ListenAddresses: []netip.AddrPort{nodeAddress}, ResolveMemberNames: document.Or(h.ResolveMemberNames, false),
	}

	if !document.Or(h.ForwardKubeDNSToHost, false) {
		return s
	}

	v4 := slices.ContainsFunc(e.Cluster.Network.PodSubnets, isFamily(netip.Addr.Is4))
	v6 := slices.ContainsFunc(e.Cluster.Network.PodSubnets, isFamily(netip.Addr.Is6))

	if v4 || !v6 {
		s.ServiceHostDNSAddress = podAddress
		s.ListenAddresses = append(s.ListenAddresses, netip.AddrPortFrom(podAddress, nodeAddress.Port()))
	}

	if v6 {
		s.ServiceHostDNSAddressV6 = podAddress6
		s.ListenAddresses = append(s.ListenAddresses, netip.AddrPortFrom(podAddress6, nodeAddress.Port()))
	}

	return s
}

func isFamily(is func(netip.Addr) bool) func(string) bool {
	return func(subnet string) bool {
		p, err := netip.ParsePrefix(subnet)

		return err == nil && is(p.Addr())
	}
}
