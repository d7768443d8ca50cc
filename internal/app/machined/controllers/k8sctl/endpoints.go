package k8sctl

import (
	"context"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// StaticEndpoint is the control plane's address in the config: all a node knows
// before it has joined.
func StaticEndpoint() controller.Controller {
	return fromConfig("k8s.StaticEndpointController", k8s.Endpoints.Shared(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			if c.Cluster.ControlPlane.Endpoint.IsZero() {
				return nil, nil
			}

			spec := k8s.EndpointSpec{}

			host := c.Cluster.ControlPlane.Endpoint.Hostname()
			if addr, err := netip.ParseAddr(host); err == nil {
				spec.Addresses = []netip.Addr{addr}
			} else {
				spec.Hosts = []string{host}
			}

			return []controller.Item{controller.Want(k8s.Endpoints, k8s.ControlPlaneAPIServerEndpointsID, spec)}, nil
		})
}

// Endpoint follows which API servers there are. The API server itself keeps that
// list up to date, as the endpoints of the service "kubernetes".
func Endpoint() controller.Controller {
	const name = "k8s.EndpointController"

	return watching{
		name:    name,
		inputs:  append(credentialInputs(), k8s.Nodenames.Weak()),
		outputs: controller.Out(k8s.Endpoints.Shared()),
		target: func(ctx context.Context, rt cosi.Runtime) (t target, err error) {
			// By name: the rights of a node go no further.
			t.path, t.selector = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", "metadata.name=kubernetes"
			if t.credentials, err = observeCredentials(ctx, rt, ""); err != nil {
				return t, err
			}

			// A control plane node that joins has no API server of its own yet,
			// and learns here where etcd's members are.
			certs, err := find(ctx, rt, secrets.KubernetesSecrets, secrets.KubernetesID)
			if err == nil && certs != nil {
				t.fallback = nodeCredentials{certs.AdminKubeconfig, true}
			}

			return t, err
		},
		write: func(ctx context.Context, rt cosi.Runtime, slicesFound []kubeclient.Object) error {
			addrs := endpointAddresses(slicesFound)
			if len(addrs) == 0 {
				return retain(ctx, rt, k8s.Endpoints, name)
			}

			return modify(ctx, rt, k8s.Endpoints, k8s.ControlPlaneKubernetesEndpointsID, k8s.EndpointSpec{Addresses: addrs})
		},
	}.build()
}

func endpointAddresses(found []kubeclient.Object) []netip.Addr {
	var out []netip.Addr

	for _, slice := range found {
		for _, e := range list(slice, "endpoints") {
			addresses, _ := e["addresses"].([]any) //nolint:errcheck
			for _, a := range addresses {
				s, _ := a.(string) //nolint:errcheck

				if addr, err := netip.ParseAddr(s); err == nil && !slices.Contains(out, addr) {
					out = append(out, addr)
				}
			}
		}
	}

	slices.SortFunc(out, netip.Addr.Compare)

	return out
}
