package netctl

import (
	"context"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// addressEvent tells the event stream which name and addresses the node has,
// whenever they change.
func addressEvent(publish func(actorID string, payload proto.Message)) controller.Controller {
	type view struct {
		hostname  string
		addresses []netip.Prefix
	}

	var last view

	// Without a config there is no filter, and nothing to filter out.
	ids := []string{network.NodeAddressCurrentID + "-" + k8s.NodeAddressFilterNoK8s, network.NodeAddressCurrentID}

	return controller.Reconcile[view, view]{
		Name: "network.AddressEventController",
		Inputs: controller.In(
			network.NodeAddresses.Weak(kinds.ID(ids[0])), network.NodeAddresses.Weak(kinds.ID(ids[1])),
			network.HostnameStatuses.Weak(kinds.ID(network.HostnameID)),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			h, err := network.HostnameStatuses.Find(ctx, r, network.HostnameID)
			if err != nil {
				return v, err
			}

			if h != nil {
				v.hostname = h.TypedSpec().Hostname
			}

			for _, id := range ids {
				a, err := network.NodeAddresses.Find(ctx, r, id)
				if err != nil {
					return v, err
				}

				if a != nil {
					v.addresses = a.TypedSpec().Addresses

					break
				}
			}

			return v, nil
		},
		Plan: func(v view) view { return v },
		Apply: func(_ context.Context, _ *controller.Writer, v view) error {
			if v.hostname == "" || v.hostname == last.hostname && slices.Equal(v.addresses, last.addresses) {
				return nil
			}

			last = v

			publish("", &machine.AddressEvent{Hostname: v.hostname, Addresses: hosts(v.addresses)})

			return nil
		},
	}.Build()
}

func hosts(list []netip.Prefix) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		out = append(out, p.Addr().String())
	}

	return out
}
