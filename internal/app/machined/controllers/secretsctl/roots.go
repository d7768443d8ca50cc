package secretsctl

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// root is a controller from the config to one secret. plan returns nil when the
// config has no such secret.
func root(name string, out cosi.Output, plan func(c *v1alpha1.Config) ([]controller.Item, error)) controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    name,
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(out),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			return plan(cfg.Effective())
		},
	}.Build()
}

func isControlPlane(c *v1alpha1.Config) bool { return c.Machine.Type == v1alpha1.TypeControlPlane }

// RootOS has the CA and token of the node's own API.
func RootOS() controller.Controller {
	return root("secrets.RootOSController", secrets.OSRootSecrets.Exclusive(), planRootOS)
}

func planRootOS(c *v1alpha1.Config) ([]controller.Item, error) {
	if c.Machine.CA == nil {
		return nil, nil
	}

	spec := secrets.OSRootSpec{
		IssuingCA:   c.Machine.CA,
		AcceptedCAs: accepted(c.Machine.CA, c.Machine.AcceptedCAs),
		Token:       c.Machine.Token,
	}

	spec.CertSANIPs, spec.CertSANDNSNames = splitSANs(c.Machine.CertSANs)

	return []controller.Item{controller.Want(secrets.OSRootSecrets, secrets.OSRootID, spec)}, nil
}

// RootEtcd has etcd's CA on control plane nodes.
func RootEtcd() controller.Controller {
	return root("secrets.RootEtcdController", secrets.EtcdRootSecrets.Exclusive(),
		func(c *v1alpha1.Config) ([]controller.Item, error) {
			if !isControlPlane(c) || c.Cluster.Etcd.CA == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(secrets.EtcdRootSecrets, secrets.EtcdRootID,
				secrets.EtcdRootSpec{EtcdCA: c.Cluster.Etcd.CA})}, nil
		})
}

// RootKubernetes has what the control plane's certificates and arguments start from.
func RootKubernetes() controller.Controller {
	return root("secrets.RootKubernetesController", secrets.KubernetesRootSecrets.Exclusive(), planRootKubernetes)
}

func planRootKubernetes(c *v1alpha1.Config) ([]controller.Item, error) {
	cl := &c.Cluster

	if !isControlPlane(c) || cl.CA == nil || cl.ControlPlane.Endpoint.IsZero() {
		return nil, nil
	}

	endpoint := cl.ControlPlane.Endpoint.URL
	sa := c.Folded.ServiceAccount

	spec := secrets.KubernetesRootSpec{
		Name:     cl.ClusterName,
		Endpoint: &endpoint,
		LocalEndpoint: &url.URL{
			Scheme: "https", Host: net.JoinHostPort("localhost", strconv.Itoa(cl.ControlPlane.LocalAPIServerPort)),
		},
		CertSANs:                  slices.Clone(cl.APIServer.CertSANs),
		DNSDomain:                 cl.Network.DNSDomain,
		IssuingCA:                 cl.CA,
		AcceptedCAs:               accepted(cl.CA, cl.AcceptedCAs),
		AggregatorCA:              cl.AggregatorCA,
		AcceptedAggregatorCAs:     accepted(cl.AggregatorCA, c.Folded.AcceptedAggregatorCAs),
		ServiceAccount:            cl.ServiceAccount,
		IssuerURL:                 endpoint.String(),
		AESCBCEncryptionSecret:    cl.AescbcEncryptionSecret,
		SecretboxEncryptionSecret: cl.SecretboxEncryptionSecret,
		EtcdEncryptionConfig:      map[string]any(c.Folded.EtcdEncryption),
	}

	if !sa.IssuerURL.IsZero() {
		spec.IssuerURL = sa.IssuerURL.String()
	}

	for _, key := range sa.AcceptedPublicKeys {
		spec.ServiceAccountAcceptedKeys = append(spec.ServiceAccountAcceptedKeys, &x509.PEMEncodedKey{Key: []byte(key)})
	}

	for _, issuer := range sa.AcceptedIssuers {
		spec.AcceptedIssuers = append(spec.AcceptedIssuers, issuer.String())
	}

	spec.APIAudiences = slices.Clone(sa.Audiences)
	if len(spec.APIAudiences) == 0 {
		spec.APIAudiences = append([]string{spec.IssuerURL}, spec.AcceptedIssuers...)
	}

	var err error
	if spec.APIServerIPs, err = firstAddresses(cl.Network.ServiceSubnets); err != nil {
		return nil, err
	}

	if cl.Token != "" {
		var ok bool
		if spec.BootstrapTokenID, spec.BootstrapTokenSecret, ok = strings.Cut(cl.Token, "."); !ok {
			return nil, fmt.Errorf("cluster.token is not like abcdef.0123456789abcdef")
		}
	}

	return []controller.Item{controller.Want(secrets.KubernetesRootSecrets, secrets.KubernetesRootID, spec)}, nil
}

// Kubelet has what a kubelet joins the cluster with.
//
// With KubePrism that is the load balancer on localhost, which keeps the node
// connected while single API servers come and go.
func Kubelet() controller.Controller {
	return root("secrets.KubeletController", secrets.KubeletSecrets.Exclusive(), planKubelet)
}

func planKubelet(c *v1alpha1.Config) ([]controller.Item, error) {
	cl := &c.Cluster

	if cl.ControlPlane.Endpoint.IsZero() || cl.CA == nil {
		return nil, nil
	}

	endpoint := cl.ControlPlane.Endpoint.URL
	spec := secrets.KubeletSpec{Endpoint: &endpoint, AcceptedCAs: accepted(cl.CA, cl.AcceptedCAs)}

	if prism := c.Machine.Features.KubePrism; prism.Enabled != nil && *prism.Enabled {
		spec.Endpoint = &url.URL{Scheme: "https", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(prism.Port))}
		spec.EndpointTLSServerName = c.Folded.KubePrismServerName
	}

	spec.BootstrapTokenID, spec.BootstrapTokenSecret, _ = strings.Cut(cl.Token, ".")

	return []controller.Item{controller.Want(secrets.KubeletSecrets, secrets.KubeletID, spec)}, nil
}

// accepted is the issuing CA's certificate and the further ones, each once.
func accepted(issuing *x509.PEMEncodedCertificateAndKey, more []x509.PEMEncodedCertificate) []*x509.PEMEncodedCertificate {
	var out []*x509.PEMEncodedCertificate

	add := func(crt []byte) {
		if len(crt) > 0 && !slices.ContainsFunc(out, func(c *x509.PEMEncodedCertificate) bool {
			return string(c.Crt) == string(crt)
		}) {
			out = append(out, &x509.PEMEncodedCertificate{Crt: crt})
		}
	}

	if issuing != nil {
		add(issuing.Crt)
	}

	for _, c := range more {
		add(c.Crt)
	}

	return out
}

func splitSANs(sans []string) (ips []netip.Addr, names []string) {
	for _, san := range sans {
		if ip, err := netip.ParseAddr(san); err == nil {
			ips = append(ips, ip)
		} else {
			names = append(names, san)
		}
	}

	return ips, names
}

// firstAddresses is where the service "kubernetes" will be: the first address
// of each service network.
func firstAddresses(subnets []string) ([]netip.Addr, error) {
	var out []netip.Addr

	for _, s := range subnets {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("service subnet %q: %w", s, err)
		}

		out = append(out, p.Masked().Addr().Next())
	}

	return out, nil
}
