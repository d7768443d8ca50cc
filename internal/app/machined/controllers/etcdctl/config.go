package etcdctl

import (
	"slices"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// Config takes etcd's settings from the machine config of a control plane node.
func Config() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "etcd.ConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(etcd.EtcdConfigs.Exclusive()),
		Observe: activeConfig,
		Plan:    planConfig,
	}.Build()
}

func planConfig(cfg *config.Config) ([]controller.Item, error) {
	if cfg == nil {
		return nil, nil
	}

	c := cfg.Effective()

	// Without the CA there is nothing to sign etcd's certificates: a control
	// plane whose etcd is elsewhere.
	if c.Machine.Type != v1alpha1.TypeControlPlane || c.Cluster.Etcd.CA == nil {
		return nil, nil
	}

	e := c.Cluster.Etcd

	advertise := slices.Clone(e.AdvertisedSubnets)
	if e.Subnet != "" && len(advertise) == 0 {
		advertise = []string{e.Subnet}
	}

	listen := slices.Clone(e.ListenSubnets)
	if len(listen) == 0 {
		// Who names the networks to be reached on wants no others.
		listen = slices.Clone(advertise)
	}

	return []controller.Item{controller.Want(etcd.EtcdConfigs, etcd.ConfigID, etcd.ConfigSpec{
		AdvertiseValidSubnets:   advertise,
		AdvertiseExcludeSubnets: sharedAddresses(cfg),
		ListenValidSubnets:      listen,
		ListenExcludeSubnets:    []string{},
		Image:                   e.Image,
		ExtraArgs:               argValues(e.ExtraArgs),
	})}, nil
}

// sharedAddresses are those that move between nodes: no member may live there.
func sharedAddresses(cfg *config.Config) []string {
	out := []string{}

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

func argValues(args value.Args) map[string]etcd.ArgValues {
	out := make(map[string]etcd.ArgValues, len(args))
	for name, v := range args {
		out[name] = etcd.ArgValues{Values: slices.Clone(v)}
	}

	return out
}
