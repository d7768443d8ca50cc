package config

import (
	"slices"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// foldKube folds the documents that describe Kubernetes.
func foldKube(out *v1alpha1.Config, doc document.Document) {
	m, cl := &out.Machine, &out.Cluster

	switch d := doc.(type) {
	case *document.KubeletConfig:
		set(&m.Kubelet.Image, d.Image)
		m.Kubelet.ExtraConfig = merged(m.Kubelet.ExtraConfig, d.Config)
		m.Kubelet.ExtraArgs = m.Kubelet.ExtraArgs.With(d.ExtraArgs)
		setList(&m.Kubelet.ClusterDNS, d.ClusterDNS)
		setPtr(&m.Kubelet.DefaultRuntimeSeccompProfileEnabled, d.DefaultRuntimeSeccompProfileEnabled)

		// Static pods come from documents here, the directory has no setting.
		if m.Kubelet.DisableManifestsDirectory == nil {
			m.Kubelet.DisableManifestsDirectory = new(true)
		}
	case *document.KubeNodeConfig:
		setPtr(&m.Kubelet.SkipNodeRegistration, d.SkipNodeRegistration)
		setPtr(&m.Kubelet.RegisterWithFQDN, d.RegisterWithFQDN)
		setList(&m.Kubelet.NodeIP.ValidSubnets, d.NodeIP.ValidSubnets)
		m.NodeLabels = with(m.NodeLabels, d.Labels)
		m.NodeAnnotations = with(m.NodeAnnotations, d.Annotations)
		m.NodeTaints = with(m.NodeTaints, d.Taints)
	case *document.KubeStaticPodConfig:
		m.Pods = append(m.Pods, d.Pod)
	case *document.KubeCredentialProviderConfig:
		m.Kubelet.CredentialProviderConfig = d.Configuration
	case *document.KubePrismConfig:
		m.Features.KubePrism = v1alpha1.KubePrism{Enabled: new(true), Port: d.Port}
		out.Folded.KubePrismServerName = d.TLSServerName
	case *document.KubeTalosAPIAccessConfig:
		m.Features.KubernetesTalosAPIAccess = v1alpha1.KubernetesTalosAPIAccessConfig{
			Enabled: new(true), AllowedRoles: slices.Clone(d.AllowedRoles),
			AllowedKubernetesNamespaces: slices.Clone(d.AllowedKubernetesNamespaces),
		}
	case *document.KubeClusterConfig:
		set(&cl.ClusterName, d.ClusterName)

		if !d.Endpoint.IsZero() {
			cl.ControlPlane.Endpoint = d.Endpoint
		}
	case *document.KubeNetworkConfig:
		set(&cl.Network.DNSDomain, d.DNSDomain)
		setPrefixes(&cl.Network.PodSubnets, d.PodSubnets)
		setPrefixes(&cl.Network.ServiceSubnets, d.ServiceSubnets)
		out.Folded.NodeCIDRMaskSizeIPv4 = d.NodeCIDRMaskSizeIPv4
		out.Folded.NodeCIDRMaskSizeIPv6 = d.NodeCIDRMaskSizeIPv6
	case *document.KubeFlannelCNIConfig:
		foldFlannel(out, d)
	case *document.KubeCoreDNSConfig:
		setNot(&cl.CoreDNS.Disabled, d.Enabled)
		set(&cl.CoreDNS.Image, d.Image)
	case *document.KubeProxyConfig:
		setNot(&cl.Proxy.Disabled, d.Enabled)
		set(&cl.Proxy.Image, d.Image)
		set(&cl.Proxy.Mode, d.Mode)
		cl.Proxy.ExtraArgs = cl.Proxy.ExtraArgs.With(d.ExtraArgs)
		out.Folded.ProxyConfig = d.Config
		out.Folded.ProxyResources = v1alpha1.ResourcesConfig(d.Resources)
	case *document.KubeExternalManifestConfig:
		out.Folded.ExternalManifests = append(out.Folded.ExternalManifests,
			v1alpha1.ExternalManifest{Name: d.Name, URL: d.URL.String(), Headers: d.Headers})
	case *document.KubeInlineManifestConfig:
		cl.InlineManifests = append(cl.InlineManifests, v1alpha1.InlineManifest{Name: d.Name, Contents: d.Manifest})
	default:
		foldControlPlane(out, doc)
	}
}

func foldFlannel(out *v1alpha1.Config, d *document.KubeFlannelCNIConfig) {
	cni := &out.Cluster.Network.CNI
	cni.Name = v1alpha1.CNIFlannel
	setList(&cni.Flannel.ExtraArgs, d.ExtraArgs)
	setPtr(&cni.Flannel.KubeNetworkPoliciesEnabled, d.KubeNetworkPoliciesEnabled)
	out.Folded.Flannel = v1alpha1.FlannelBackend{
		Type: d.BackendType, Port: d.BackendPort, MTU: d.BackendMTU, Extra: d.BackendExtraConfig,
		Resources: v1alpha1.ResourcesConfig(d.Resources),
	}
}

func foldControlPlane(out *v1alpha1.Config, doc document.Document) {
	m, cl := &out.Machine, &out.Cluster

	switch d := doc.(type) {
	case *document.KubeAPIServerConfig:
		s := &cl.APIServer
		set(&s.Image, d.Image)
		s.ExtraArgs = s.ExtraArgs.With(d.ExtraArgs)
		s.Env = with(s.Env, d.Env)
		s.CertSANs = append(s.CertSANs, d.CertExtraSANs...)
		foldResources(&s.Resources, d.Resources)
		set(&cl.ControlPlane.LocalAPIServerPort, d.APIPort)
		out.Folded.APIServerStartupProbes = document.Or(d.StartupProbes, true)
	case *document.KubeControllerManagerConfig:
		s := &cl.ControllerManager
		setNot(&m.ControlPlane.ControllerManager.Disabled, d.Enabled)
		set(&s.Image, d.Image)
		s.ExtraArgs = s.ExtraArgs.With(d.ExtraArgs)
		s.Env = with(s.Env, d.Env)
		foldResources(&s.Resources, d.Resources)
	case *document.KubeSchedulerConfig:
		s := &cl.Scheduler
		setNot(&m.ControlPlane.Scheduler.Disabled, d.Enabled)
		set(&s.Image, d.Image)
		s.ExtraArgs = s.ExtraArgs.With(d.ExtraArgs)
		s.Env = with(s.Env, d.Env)
		s.Config = merged(s.Config, d.Config)
		foldResources(&s.Resources, d.Resources)
	case *document.KubeAdmissionControlConfig:
		p := v1alpha1.AdmissionPluginConfig{Name: d.Name, Configuration: d.Configuration}

		if i := slices.IndexFunc(cl.APIServer.AdmissionControl, func(a v1alpha1.AdmissionPluginConfig) bool {
			return a.Name == d.Name
		}); i >= 0 {
			cl.APIServer.AdmissionControl[i] = p
		} else {
			cl.APIServer.AdmissionControl = append(cl.APIServer.AdmissionControl, p)
		}
	case *document.KubeAuditPolicyConfig:
		cl.APIServer.AuditPolicy = d.Configuration
	case *document.KubeAuthenticationConfig:
		out.Folded.Authentication = d.Configuration
	case *document.KubeAuthorizerConfig:
		cl.APIServer.AuthorizationConfig = append(cl.APIServer.AuthorizationConfig,
			v1alpha1.AuthorizationConfigAuthorizerConfig{Type: d.Type, Name: d.Name, Webhook: d.Webhook})
	case *document.KubeEtcdEncryptionConfig:
		out.Folded.EtcdEncryption = d.Config
	case *document.KubeAPIServerCAConfig:
		if d.IssuingCA.Cert != "" {
			cl.CA = pair(d.IssuingCA)
		}

		cl.AcceptedCAs = append(cl.AcceptedCAs, certs(d.AcceptedCAs)...)
	case *document.KubeAggregatorCAConfig:
		if d.IssuingCA.Cert != "" {
			cl.AggregatorCA = pair(d.IssuingCA)
		}

		out.Folded.AcceptedAggregatorCAs = certs(d.AcceptedCAs)
	case *document.KubeServiceAccountConfig:
		if d.Issuer.PrivateKey != "" {
			cl.ServiceAccount = &x509.PEMEncodedKey{Key: pemBytes(d.Issuer.PrivateKey)}
		}

		out.Folded.ServiceAccount = v1alpha1.ServiceAccountIssuer{
			IssuerURL: d.Issuer.IssuerURL, AcceptedPublicKeys: d.Accepted.PublicKeys,
			AcceptedIssuers: d.Accepted.Issuers, Audiences: d.Accepted.Audiences,
		}
	}
}

func foldResources(dst *v1alpha1.ResourcesConfig, r document.ResourcesConfig) {
	dst.Requests = merged(dst.Requests, r.Requests)
	dst.Limits = merged(dst.Limits, r.Limits)
}

// merged lays the keys of over on top of base, mappings key by key.
func merged(base, over value.Object) value.Object {
	if len(over) == 0 {
		return base
	}

	out := tree.Copy(base)
	if out == nil {
		out = value.Object{}
	}

	mergeInto(out, over)

	return out
}

func mergeInto(dst, over map[string]any) {
	for k, v := range over {
		a, okA := dst[k].(map[string]any)
		b, okB := v.(map[string]any)

		if okA && okB {
			mergeInto(a, b)

			continue
		}

		dst[k] = tree.Copy(v)
	}
}

func setNot(dst **bool, enabled *bool) {
	if enabled != nil {
		*dst = new(!*enabled)
	}
}
