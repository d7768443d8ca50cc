package netctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// status sums up how far the network is. Services wait for its parts.
func status() controller.Controller {
	return controller.Derive[statusView]{
		Name: "network.StatusController",
		Inputs: controller.In(
			network.NodeAddresses.Weak(kinds.ID(network.NodeAddressCurrentID)),
			network.RouteStatuses.Weak(), network.HostnameStatuses.Weak(),
			files.EtcFileStatuses.Weak(), network.ProbeStatuses.Weak(),
		),
		Outputs: controller.Out(network.NetworkStatuses.Exclusive()),
		Observe: observeStatus,
		Plan: func(v statusView) ([]controller.Item, error) {
			return []controller.Item{controller.Want(network.NetworkStatuses, network.StatusID, planStatus(v))}, nil
		},
	}.Build()
}

type statusView struct {
	addresses int
	routes    []network.RouteStatusSpec
	hostname  bool
	etc       map[string]bool
	probes    []network.ProbeStatusSpec
}

func observeStatus(ctx context.Context, r cosi.Reader) (statusView, error) {
	v := statusView{etc: map[string]bool{}}

	addrs, err := network.NodeAddresses.Find(ctx, r, network.NodeAddressCurrentID)
	if err != nil {
		return v, err
	}

	if addrs != nil {
		v.addresses = len(addrs.TypedSpec().Addresses)
	}

	routes, err := network.RouteStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.routes = running(routes)

	names, err := network.HostnameStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.hostname = len(names) > 0

	etc, err := files.EtcFileStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, f := range etc {
		v.etc[f.ID()] = true
	}

	probes, err := network.ProbeStatuses.List(ctx, r)
	v.probes = running(probes)

	return v, err
}

// planStatus takes a way out as connectivity, unless there are probes to know better.
func planStatus(v statusView) network.StatusSpec {
	s := network.StatusSpec{
		AddressReady: v.addresses > 0, HostnameReady: v.hostname, EtcFilesReady: v.etc["hosts"] && v.etc["resolv.conf"],
	}

	for _, r := range v.routes {
		if r.Gateway.IsValid() && defaultRoute(r.Destination) {
			s.ConnectivityReady = true
		}
	}

	if len(v.probes) > 0 {
		s.ConnectivityReady = true

		for _, p := range v.probes {
			s.ConnectivityReady = s.ConnectivityReady && p.Success
		}
	}

	return s
}
