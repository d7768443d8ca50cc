package k8sctl

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	sideronet "github.com/siderolabs/net"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Nodename is the node's name in Kubernetes: its host name, or its full one.
func Nodename() controller.Controller {
	type view struct {
		cfg     *config.Config
		host    *network.HostnameStatusSpec
		version string
	}

	return controller.Derive[view]{
		Name: "k8s.NodenameController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(idOf(machineconfig.Active)),
			network.HostnameStatuses.Weak(idOf(network.HostnameID)),
		),
		Outputs: controller.Out(k8s.Nodenames.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.cfg, err = activeConfig(ctx, r); err != nil {
				return v, err
			}

			host, err := network.HostnameStatuses.Find(ctx, r, network.HostnameID)
			if err == nil && host != nil {
				v.host, v.version = host.TypedSpec(), host.Metadata().Version().String()
			}

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.cfg == nil || v.host == nil || v.host.Hostname == "" {
				return nil, nil
			}

			k := v.cfg.Effective().Machine.Kubelet

			name := v.host.Hostname
			if *k.RegisterWithFQDN && v.host.Domainname != "" {
				name += "." + v.host.Domainname
			}

			return []controller.Item{controller.Want(k8s.Nodenames, k8s.NodenameID, k8s.NodenameSpec{
				Nodename: nodeName(name), HostnameVersion: v.version, SkipNodeRegistration: *k.SkipNodeRegistration,
			})}, nil
		},
	}.Build()
}

// nodeName makes a name that Kubernetes takes: lower case, and none but letters,
// digits, dots and dashes.
func nodeName(host string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}

		return '-'
	}, strings.ToLower(host)), "-.")
}

// NodeIPConfig says which of the node's addresses Kubernetes may know it by.
func NodeIPConfig() controller.Controller {
	return fromConfig("k8s.NodeIPConfigController", k8s.NodeIPConfigs.Exclusive(),
		func(cfg *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			spec := k8s.NodeIPConfigSpec{
				ValidSubnets: slices.Clone(c.Machine.Kubelet.NodeIP.ValidSubnets),
				// Pods and services move there, and so do shared addresses.
				ExcludeSubnets: slices.Concat(c.Cluster.Network.PodSubnets, c.Cluster.Network.ServiceSubnets, sharedAddresses(cfg)),
			}

			if len(spec.ValidSubnets) == 0 {
				spec.ValidSubnets = defaultNodeSubnets(c.Cluster.Network.ServiceSubnets)
			}

			return []controller.Item{controller.Want(k8s.NodeIPConfigs, k8s.KubeletID, spec)}, nil
		})
}

// defaultNodeSubnets are everything of the families that the services have.
func defaultNodeSubnets(services []string) []string {
	var out []string

	for _, s := range services {
		all := "0.0.0.0/0"
		if strings.Contains(s, ":") {
			all = "::/0"
		}

		if !slices.Contains(out, all) {
			out = append(out, all)
		}
	}

	return out
}

func sharedAddresses(cfg *config.Config) []string {
	var out []string

	for _, dev := range cfg.Effective().Machine.Network.Interfaces {
		if dev.VIP != nil && dev.VIP.IP != "" {
			out = append(out, dev.VIP.IP)
		}

		for _, vlan := range dev.Vlans {
			if vlan.VIP != nil && vlan.VIP.IP != "" {
				out = append(out, vlan.VIP.IP)
			}
		}
	}

	for _, vip := range config.Docs[document.Layer2VIPConfig](cfg) {
		out = append(out, vip.Name)
	}

	return out
}

// NodeIP picks the addresses, at most one of each family.
func NodeIP() controller.Controller {
	const addresses = network.NodeAddressRoutedID + "-" + k8s.NodeAddressFilterNoK8s

	type view struct {
		config *k8s.NodeIPConfigSpec
		addrs  []netip.Addr
		have   *k8s.NodeIPSpec
	}

	return controller.Derive[view]{
		Name: "k8s.NodeIPController",
		Inputs: controller.In(
			k8s.NodeIPConfigs.Weak(idOf(k8s.KubeletID)),
			network.NodeAddresses.Weak(idOf(addresses)),
		),
		Outputs: controller.Out(k8s.NodeIPs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.config, err = find(ctx, r, k8s.NodeIPConfigs, k8s.KubeletID); err != nil {
				return v, err
			}

			addrs, err := find(ctx, r, network.NodeAddresses, addresses)
			if err != nil {
				return v, err
			}

			if addrs != nil {
				for _, p := range addrs.Addresses {
					v.addrs = append(v.addrs, p.Addr())
				}
			}

			v.have, err = find(ctx, r, k8s.NodeIPs, k8s.KubeletID)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.config == nil {
				return nil, nil
			}

			ips, err := nodeIPs(v.addrs, *v.config, v.have)
			if err != nil {
				return nil, err
			}

			// A link that is down for a moment takes the address with it; the
			// kubelet is not to be restarted for that.
			if len(ips) == 0 && v.have != nil {
				ips = v.have.Addresses
			}

			if len(ips) == 0 {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.NodeIPs, k8s.KubeletID, k8s.NodeIPSpec{Addresses: ips})}, nil
		},
	}.Build()
}

func nodeIPs(addrs []netip.Addr, c k8s.NodeIPConfigSpec, have *k8s.NodeIPSpec) ([]netip.Addr, error) {
	subnets := slices.Clone(c.ValidSubnets)
	for _, e := range c.ExcludeSubnets {
		subnets = append(subnets, "!"+e)
	}

	usable, err := sideronet.FilterIPs(addrs, subnets)
	if err != nil {
		return nil, fmt.Errorf("node IP subnets: %w", err)
	}

	// Those in use go first: the node keeps its address when it gets another.
	if have != nil {
		slices.SortStableFunc(usable, func(a, b netip.Addr) int {
			return boolOrder(slices.Contains(have.Addresses, a), slices.Contains(have.Addresses, b))
		})
	}

	var out []netip.Addr

	for _, a := range usable {
		if !slices.ContainsFunc(out, func(o netip.Addr) bool { return o.Is4() == a.Is4() }) {
			out = append(out, a)
		}
	}

	// The order of the families is the config's.
	v4First := len(c.ValidSubnets) == 0 || !strings.Contains(c.ValidSubnets[0], ":")
	slices.SortStableFunc(out, func(a, b netip.Addr) int { return boolOrder(a.Is4() == v4First, b.Is4() == v4First) })

	return out, nil
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// AddressFilter tells the node's own addresses from those of Kubernetes.
func AddressFilter() controller.Controller {
	type view struct {
		cfg      *config.Config
		podCIDRs []netip.Prefix
	}

	return controller.Derive[view]{
		Name: "k8s.AddressFilterController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(idOf(machineconfig.Active)),
			k8s.NodeStatuses.Weak(),
		),
		Outputs: controller.Out(network.NodeAddressFilters.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.cfg, err = activeConfig(ctx, r); err != nil {
				return v, err
			}

			statuses, err := k8s.NodeStatuses.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, s := range controller.Running(statuses) {
				v.podCIDRs = append(v.podCIDRs, s.TypedSpec().PodCIDRs...)
			}

			return v, nil
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.cfg == nil {
				return nil, nil
			}

			c := v.cfg.Effective()
			subnets := slices.Clone(v.podCIDRs)

			for _, s := range slices.Concat(c.Cluster.Network.PodSubnets, c.Cluster.Network.ServiceSubnets) {
				p, err := netip.ParsePrefix(s)
				if err != nil {
					return nil, fmt.Errorf("cluster subnet %q: %w", s, err)
				}

				if !slices.Contains(subnets, p) {
					subnets = append(subnets, p)
				}
			}

			return []controller.Item{
				controller.Want(network.NodeAddressFilters, k8s.NodeAddressFilterNoK8s, network.NodeAddressFilterSpec{ExcludeSubnets: subnets}),
				controller.Want(network.NodeAddressFilters, k8s.NodeAddressFilterOnlyK8s, network.NodeAddressFilterSpec{IncludeSubnets: subnets}),
			}, nil
		},
	}.Build()
}

// NodeLabels are the labels that the node gives itself.
func NodeLabels() controller.Controller {
	return fromConfig("k8s.NodeLabelSpecController", k8s.NodeLabelSpecs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			labels := map[string]string{}
			if c.Machine.Type == v1alpha1.TypeControlPlane {
				labels[labelControlPlane] = ""
			}

			maps.Copy(labels, c.Machine.NodeLabels)

			var items []controller.Item
			for _, key := range slices.Sorted(maps.Keys(labels)) {
				items = append(items, controller.Want(k8s.NodeLabelSpecs, key, k8s.NodeLabelSpec{Key: key, Value: labels[key]}))
			}

			return items, nil
		})
}

// NodeAnnotations are the annotations that the node gives itself.
func NodeAnnotations() controller.Controller {
	return fromConfig("k8s.NodeAnnotationSpecController", k8s.NodeAnnotationSpecs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			var items []controller.Item
			for _, key := range slices.Sorted(maps.Keys(c.Machine.NodeAnnotations)) {
				items = append(items, controller.Want(k8s.NodeAnnotationSpecs, key,
					k8s.NodeAnnotationSpec{Key: key, Value: c.Machine.NodeAnnotations[key]}))
			}

			return items, nil
		})
}

// NodeTaints are the taints that the node gives itself.
func NodeTaints() controller.Controller {
	return fromConfig("k8s.NodeTaintSpecController", k8s.NodeTaintSpecs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			texts := taintTexts(c)

			var items []controller.Item

			for _, key := range slices.Sorted(maps.Keys(texts)) {
				value, effect := parseTaint(texts[key])
				items = append(items, controller.Want(k8s.NodeTaintSpecs, key, k8s.NodeTaintSpec{Key: key, Value: value, Effect: effect}))
			}

			return items, nil
		})
}

// NodeCordoned keeps pods off the node while the machine goes down.
func NodeCordoned() controller.Controller {
	return controller.Derive[*runtime.MachineStatusSpec]{
		Name:    "k8s.NodeCordonedSpecController",
		Inputs:  controller.In(runtime.MachineStatuses.Weak(idOf(runtime.MachineStatusID))),
		Outputs: controller.Out(k8s.NodeCordonedSpecs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (*runtime.MachineStatusSpec, error) {
			return find(ctx, r, runtime.MachineStatuses, runtime.MachineStatusID)
		},
		Plan: func(s *runtime.MachineStatusSpec) ([]controller.Item, error) {
			if s == nil {
				return nil, nil
			}

			switch s.Stage {
			case runtime.MachineStageShuttingDown, runtime.MachineStageUpgrading, runtime.MachineStageResetting:
				return []controller.Item{controller.Want(k8s.NodeCordonedSpecs, k8s.NodeCordonedID, k8s.NodeCordonedSpec{})}, nil
			default:
				return nil, nil
			}
		},
	}.Build()
}
