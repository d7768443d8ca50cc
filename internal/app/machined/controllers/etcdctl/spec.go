package etcdctl

import (
	"context"
	"fmt"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	sideronet "github.com/siderolabs/net"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

const (
	routedNoK8s  = network.NodeAddressRoutedID + "-" + k8s.NodeAddressFilterNoK8s
	currentNoK8s = network.NodeAddressCurrentID + "-" + k8s.NodeAddressFilterNoK8s
)

type specView struct {
	config          *etcd.ConfigSpec
	hostname        string
	routed, current []netip.Addr
	// have is what was decided before.
	have *etcd.Spec
}

// Spec settles the member's name and addresses.
//
// An address once advertised is kept while the node has it, even if another one
// comes to stand before it: to change it is a change of etcd's membership.
func Spec() controller.Controller {
	return controller.Derive[specView]{
		Name: "etcd.SpecController",
		Inputs: controller.In(
			etcd.EtcdConfigs.Weak(idOf(etcd.ConfigID)),
			network.HostnameStatuses.Weak(idOf(network.HostnameID)),
			network.NodeAddresses.Weak(),
		),
		Outputs: controller.Out(etcd.EtcdSpecs.Exclusive()),
		Observe: observeSpec,
		Plan:    planSpec,
	}.Build()
}

func observeSpec(ctx context.Context, r cosi.Reader) (v specView, err error) {
	if v.config, err = find(ctx, r, etcd.EtcdConfigs, etcd.ConfigID); err != nil {
		return v, err
	}

	host, err := find(ctx, r, network.HostnameStatuses, network.HostnameID)
	if err != nil {
		return v, err
	}

	if host != nil {
		v.hostname = host.Hostname
	}

	for id, out := range map[string]*[]netip.Addr{routedNoK8s: &v.routed, currentNoK8s: &v.current} {
		addrs, findErr := find(ctx, r, network.NodeAddresses, id)
		if findErr != nil {
			return v, findErr
		}

		if addrs != nil {
			for _, p := range addrs.Addresses {
				*out = append(*out, p.Addr())
			}
		}
	}

	v.have, err = find(ctx, r, etcd.EtcdSpecs, etcd.SpecID)

	return v, err
}

func planSpec(v specView) ([]controller.Item, error) {
	if v.config == nil || v.hostname == "" {
		return nil, nil
	}

	advertised, err := filter(v.routed, v.config.AdvertiseValidSubnets, v.config.AdvertiseExcludeSubnets)
	if err != nil {
		return nil, fmt.Errorf("etcd advertised subnets: %w", err)
	}

	if len(v.config.AdvertiseValidSubnets) == 0 && len(advertised) > 1 {
		advertised = advertised[:1]

		if v.have != nil && len(v.have.AdvertisedAddresses) == 1 {
			kept, _ := filter(v.routed, []string{v.have.AdvertisedAddresses[0].String()}, v.config.AdvertiseExcludeSubnets) //nolint:errcheck // parsed above
			if len(kept) == 1 {
				advertised = kept
			}
		}
	}

	if len(advertised) == 0 {
		return nil, nil
	}

	peer, client := []netip.Addr{netip.IPv6Unspecified()}, []netip.Addr{netip.IPv6Unspecified()}

	if len(v.config.ListenValidSubnets) > 0 {
		if peer, err = filter(v.current, v.config.ListenValidSubnets, v.config.ListenExcludeSubnets); err != nil {
			return nil, fmt.Errorf("etcd listen subnets: %w", err)
		}

		if len(peer) == 0 {
			return nil, nil
		}

		// The API server of this node connects to localhost.
		client = append([]netip.Addr{netip.MustParseAddr("127.0.0.1")}, peer...)
	}

	return []controller.Item{controller.Want(etcd.EtcdSpecs, etcd.SpecID, etcd.Spec{
		Name:                  v.hostname,
		AdvertisedAddresses:   advertised,
		ListenPeerAddresses:   peer,
		ListenClientAddresses: client,
		Image:                 v.config.Image,
		ExtraArgs:             v.config.ExtraArgs,
	})}, nil
}

func filter(addrs []netip.Addr, valid, exclude []string) ([]netip.Addr, error) {
	if len(valid) == 0 {
		valid = []string{"0.0.0.0/0", "::/0"}
	}

	subnets := append([]string(nil), valid...)
	for _, e := range exclude {
		subnets = append(subnets, "!"+e)
	}

	return sideronet.FilterIPs(addrs, subnets)
}
