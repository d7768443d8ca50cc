package generate

import (
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// noLoadBalancer keeps service load balancers from sending traffic to control
// plane nodes just because workloads may run there.
const noLoadBalancer = "node.kubernetes.io/exclude-from-external-load-balancers"

func (b *builder) image(name string) string { return name + ":v" + b.KubernetesVersion }

func (b *builder) sans() []string {
	out := b.o.sans

	if b.has(contract.PopulateClusterSANsFromEndpoint) {
		out = append([]string{b.Endpoint.Hostname()}, out...)
	}

	return out
}

// kubernetesDocuments describes Kubernetes by documents of its own.
func (b *builder) kubernetesDocuments() {
	s := b.Secrets

	b.main.Cluster.Token = s.Secrets.BootstrapToken

	b.add(&document.KubeClusterConfig{ClusterName: b.ClusterName, Endpoint: b.Endpoint})
	b.add(&document.KubeNetworkConfig{
		DNSDomain: b.o.dnsDomain, PodSubnets: prefixes(b.podSubnets()), ServiceSubnets: prefixes(b.serviceSubnets()),
	})
	b.add(&document.KubeletConfig{
		Image: b.image(v1alpha1.KubeletImage), DefaultRuntimeSeccompProfileEnabled: new(true),
	})
	b.add(&document.KubePrismConfig{Port: v1alpha1.DefaultKubePrismPort})

	if !b.cp {
		b.add(&document.KubeAPIServerCAConfig{IssuingCA: document.CertificateAndKey{Cert: crt(s.Certs.K8s)}})

		return
	}

	b.main.Cluster.Etcd.CA = s.Certs.Etcd
	b.main.Cluster.AllowSchedulingOnControlPlanes = scheduling(b.o.scheduling)

	b.add(&document.KubeNodeConfig{Labels: map[string]string{noLoadBalancer: ""}})
	b.add(&document.KubeAPIServerConfig{
		Image: b.image(v1alpha1.KubeAPIServerImage), APIPort: b.o.apiPort, CertExtraSANs: b.sans(),
	})
	b.add(&document.KubeControllerManagerConfig{Enabled: new(true), Image: b.image(v1alpha1.KubeControllerManagerImage)})
	b.add(&document.KubeSchedulerConfig{Enabled: new(true), Image: b.image(v1alpha1.KubeSchedulerImage)})
	b.add(&document.KubeProxyConfig{Enabled: new(true), Image: b.image(v1alpha1.KubeProxyImage)})
	b.add(&document.KubeCoreDNSConfig{
		Enabled: new(true), Image: v1alpha1.CoreDNSImage + ":" + v1alpha1.DefaultCoreDNSVersion,
	})

	if b.o.cni == v1alpha1.CNIFlannel {
		b.add(&document.KubeFlannelCNIConfig{BackendType: v1alpha1.FlannelBackendVXLAN})
	}

	b.add(&document.KubeAdmissionControlConfig{Name: "PodSecurity", Configuration: podSecurity()})
	b.add(&document.KubeAuditPolicyConfig{Configuration: auditPolicy()})
	b.add(&document.KubeAPIServerCAConfig{IssuingCA: pem(s.Certs.K8s)})
	b.add(&document.KubeAggregatorCAConfig{IssuingCA: pem(s.Certs.K8sAggregator)})
	b.add(&document.KubeServiceAccountConfig{Issuer: document.IssuerServiceAccountConfig{
		PrivateKey: string(s.Certs.K8sServiceAccount.Key), IssuerURL: b.Endpoint,
	}})
	b.add(&document.KubeEtcdEncryptionConfig{Config: b.etcdEncryption()})
}

func scheduling(on bool) *bool {
	if on {
		return new(true)
	}

	return nil
}

func crt(p *x509.PEMEncodedCertificateAndKey) string { return string(p.Crt) }

func pem(p *x509.PEMEncodedCertificateAndKey) document.CertificateAndKey {
	return document.CertificateAndKey{Cert: string(p.Crt), Key: string(p.Key)}
}

// etcdEncryption is what the API server reads: the last provider, which stores
// in the clear, lets it read what was written before encryption was on.
func (b *builder) etcdEncryption() value.Object {
	key := func(name, secret string) map[string]any {
		return map[string]any{name: map[string]any{
			"keys": []any{map[string]any{"name": "key1", "secret": secret}},
		}}
	}

	var providers []any
	if s := b.Secrets.Secrets.SecretboxEncryptionSecret; s != "" {
		providers = append(providers, key("secretbox", s))
	}

	if s := b.Secrets.Secrets.AESCBCEncryptionSecret; s != "" {
		providers = append(providers, key("aescbc", s))
	}

	return value.Object{
		"apiVersion": "apiserver.config.k8s.io/v1",
		"kind":       "EncryptionConfiguration",
		"resources": []any{map[string]any{
			"resources": []any{"secrets"},
			"providers": append(providers, map[string]any{"identity": map[string]any{}}),
		}},
	}
}

// kubernetesMain describes Kubernetes inside the main document.
func (b *builder) kubernetesMain() {
	m, cl, s := &b.main.Machine, &b.main.Cluster, b.Secrets

	m.Kubelet.Image = b.image(v1alpha1.KubeletImage)
	if b.has(contract.KubeletDefaultRuntimeSeccompProfileEnabled) {
		m.Kubelet.DefaultRuntimeSeccompProfileEnabled = new(true)
	}

	if b.has(contract.KubeletManifestsDirectoryDisabled) {
		m.Kubelet.DisableManifestsDirectory = new(true)
	}

	if b.has(contract.KubePrismEnabled) {
		m.Features.KubePrism = v1alpha1.KubePrism{Enabled: new(true), Port: v1alpha1.DefaultKubePrismPort}
	}

	cl.ControlPlane.Endpoint = b.Endpoint
	cl.Network.DNSDomain = b.o.dnsDomain
	cl.Network.PodSubnets = b.podSubnets()
	cl.Network.ServiceSubnets = b.serviceSubnets()
	cl.Token = s.Secrets.BootstrapToken
	cl.CA = b.authority(s.Certs.K8s)

	if b.o.cni != v1alpha1.CNIFlannel {
		cl.Network.CNI.Name = b.o.cni
	}

	if b.cp || b.has(contract.ClusterNameForWorkers) {
		cl.ClusterName = b.ClusterName
	}

	if b.cp {
		b.controlPlaneMain()
	}
}

func (b *builder) controlPlaneMain() {
	m, cl, s := &b.main.Machine, &b.main.Cluster, b.Secrets

	if b.has(contract.AddExcludeFromExternalLoadBalancer) {
		m.NodeLabels = map[string]string{noLoadBalancer: ""}
	}

	cl.ControlPlane.LocalAPIServerPort = b.o.apiPort

	if b.has(contract.SecretboxEncryptionSupported) {
		cl.SecretboxEncryptionSecret = s.Secrets.SecretboxEncryptionSecret
	}

	cl.AescbcEncryptionSecret = s.Secrets.AESCBCEncryptionSecret
	cl.AggregatorCA = s.Certs.K8sAggregator
	cl.ServiceAccount = s.Certs.K8sServiceAccount
	cl.Etcd.CA = s.Certs.Etcd

	cl.APIServer.Image = b.image(v1alpha1.KubeAPIServerImage)
	cl.APIServer.CertSANs = b.sans()
	cl.ControllerManager.Image = b.image(v1alpha1.KubeControllerManagerImage)
	cl.Scheduler.Image = b.image(v1alpha1.KubeSchedulerImage)
	cl.Proxy.Image = b.image(v1alpha1.KubeProxyImage)

	if !b.has(contract.HideDisablePSP) {
		cl.APIServer.DisablePodSecurityPolicy = new(true)
	}

	if b.has(contract.PodSecurityAdmissionEnabled) {
		cl.APIServer.AdmissionControl = []v1alpha1.AdmissionPluginConfig{{Name: "PodSecurity", Configuration: podSecurity()}}
	}

	if b.has(contract.APIServerAuditPolicySupported) {
		cl.APIServer.AuditPolicy = auditPolicy()
	}

	if b.o.scheduling {
		if b.has(contract.KubernetesAllowSchedulingOnControlPlanes) {
			cl.AllowSchedulingOnControlPlanes = new(true)
		} else {
			cl.AllowSchedulingOnMasters = new(true)
		}
	}
}

// podSecurity enforces the baseline standard everywhere but in kube-system and
// warns about what the restricted one would refuse.
func podSecurity() value.Object {
	return value.Object{
		"apiVersion": "pod-security.admission.config.k8s.io/v1alpha1",
		"kind":       "PodSecurityConfiguration",
		"defaults": map[string]any{
			"audit": "restricted", "audit-version": "latest",
			"enforce": "baseline", "enforce-version": "latest",
			"warn": "restricted", "warn-version": "latest",
		},
		"exemptions": map[string]any{
			"namespaces": []any{"kube-system"}, "runtimeClasses": []any{}, "usernames": []any{},
		},
	}
}

// auditPolicy logs who did what to which object, without contents.
func auditPolicy() value.Object {
	return value.Object{
		"apiVersion": "audit.k8s.io/v1",
		"kind":       "Policy",
		"rules":      []any{map[string]any{"level": "Metadata"}},
	}
}
