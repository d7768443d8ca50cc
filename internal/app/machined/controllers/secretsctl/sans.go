package secretsctl

import (
	"context"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// nodeNames are the names and addresses under which the node is reached.
type nodeNames struct {
	Hostname, FQDN string
	Addrs          []netip.Addr
}

// accumulativeNoK8s has every address the node had since boot, without those of
// pods and services.
const accumulativeNoK8s = network.NodeAddressAccumulativeID + "-" + k8s.NodeAddressFilterNoK8s

// observeNames is nil until host name and addresses are known.
func observeNames(ctx context.Context, r cosi.Reader, addresses string) (*nodeNames, error) {
	host, err := network.HostnameStatuses.Find(ctx, r, network.HostnameID)
	if err != nil || host == nil {
		return nil, err
	}

	addrs, err := network.NodeAddresses.Find(ctx, r, addresses)
	if err != nil || addrs == nil {
		return nil, err
	}

	n := &nodeNames{Hostname: host.TypedSpec().Hostname, FQDN: host.TypedSpec().Hostname}
	if domain := host.TypedSpec().Domainname; domain != "" {
		n.FQDN += "." + domain
	}

	for _, p := range addrs.TypedSpec().Addresses {
		n.Addrs = append(n.Addrs, p.Addr().WithZone(""))
	}

	return n, nil
}

func nameInputs(addresses string) []cosi.Input {
	return controller.In(
		network.HostnameStatuses.Weak(idOf(network.HostnameID)),
		network.NodeAddresses.Weak(idOf(addresses)),
	)
}

// sans collects names without repeating one.
type sans struct{ spec secrets.CertSANSpec }

func (s *sans) ips(ips ...netip.Addr) *sans {
	for _, ip := range ips {
		if ip.IsValid() && !slices.Contains(s.spec.IPs, ip) {
			s.spec.IPs = append(s.spec.IPs, ip)
		}
	}

	return s
}

func (s *sans) names(names ...string) *sans {
	for _, n := range names {
		if n != "" && !slices.Contains(s.spec.DNSNames, n) {
			s.spec.DNSNames = append(s.spec.DNSNames, n)
		}
	}

	return s
}

// any takes text which may be either.
func (s *sans) any(list ...string) *sans {
	ips, names := splitSANs(list)

	return s.ips(ips...).names(names...)
}

// done sorts, so that an address found earlier or later changes nothing.
func (s *sans) done(fqdn string) secrets.CertSANSpec {
	slices.SortFunc(s.spec.IPs, netip.Addr.Compare)
	slices.Sort(s.spec.DNSNames)
	s.spec.FQDN = fqdn

	return s.spec
}

var loopback = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")}

// APICertSANs names the node's own API.
func APICertSANs() controller.Controller {
	type view struct {
		root  *secrets.OSRootSpec
		names *nodeNames
	}

	return controller.Derive[view]{
		Name:    "secrets.APICertSANsController",
		Inputs:  append(nameInputs(accumulativeNoK8s), secrets.OSRootSecrets.Weak(idOf(secrets.OSRootID))),
		Outputs: controller.Out(secrets.CertSANs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.root, err = find(ctx, r, secrets.OSRootSecrets, secrets.OSRootID); err != nil {
				return v, err
			}

			v.names, err = observeNames(ctx, r, accumulativeNoK8s)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.root == nil || v.names == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(secrets.CertSANs, secrets.CertSANAPIID, apiSANs(*v.root, *v.names))}, nil
		},
	}.Build()
}

func apiSANs(root secrets.OSRootSpec, n nodeNames) secrets.CertSANSpec {
	return new(sans).
		ips(root.CertSANIPs...).names(root.CertSANDNSNames...).
		ips(loopback...).ips(n.Addrs...).
		names("localhost", n.Hostname, n.FQDN).
		done(n.FQDN)
}

// KubernetesCertSANs names the API server.
func KubernetesCertSANs() controller.Controller {
	type view struct {
		root  *secrets.KubernetesRootSpec
		names *nodeNames
	}

	return controller.Derive[view]{
		Name:    "secrets.KubernetesCertSANsController",
		Inputs:  append(nameInputs(accumulativeNoK8s), secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID))),
		Outputs: controller.Out(secrets.CertSANs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.root, err = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID); err != nil {
				return v, err
			}

			v.names, err = observeNames(ctx, r, accumulativeNoK8s)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.root == nil || v.names == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(secrets.CertSANs, secrets.CertSANKubernetesID, kubernetesSANs(*v.root, *v.names))}, nil
		},
	}.Build()
}

func kubernetesSANs(root secrets.KubernetesRootSpec, n nodeNames) secrets.CertSANSpec {
	return new(sans).
		any(root.CertSANs...).
		any(root.Endpoint.Hostname(), root.LocalEndpoint.Hostname()).
		ips(loopback...).ips(root.APIServerIPs...).ips(n.Addrs...).
		names("kubernetes", "kubernetes.default", "kubernetes.default.svc",
			"kubernetes.default.svc."+root.DNSDomain, "localhost", n.Hostname, n.FQDN).
		done(n.FQDN)
}

// maintenanceName is what the certificate of the maintenance API is issued to.
const maintenanceName = "maintenance-service.talos.dev"

// MaintenanceCertSANs names the API while there is no config.
func MaintenanceCertSANs() controller.Controller {
	const addresses = network.NodeAddressAccumulativeID

	return controller.Derive[*nodeNames]{
		Name:    "secrets.MaintenanceCertSANsController",
		Inputs:  nameInputs(addresses),
		Outputs: controller.Out(secrets.CertSANs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*nodeNames, error) {
			return observeNames(ctx, r, addresses)
		},
		Plan: func(n *nodeNames) ([]controller.Item, error) {
			// The API is wanted within seconds, before the network has come up:
			// then with the names known by heart, and again when there are more.
			if n == nil {
				n = &nodeNames{}
			}

			return []controller.Item{controller.Want(secrets.CertSANs, secrets.CertSANMaintenanceID,
				new(sans).ips(loopback...).ips(n.Addrs...).
					names("localhost", n.Hostname, n.FQDN, maintenanceName).
					done(maintenanceName))}, nil
		},
	}.Build()
}
