package config

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// defaultAdminCertLifetime is how long a kubeconfig from the API is valid.
const defaultAdminCertLifetime = 365 * 24 * time.Hour

// fillDefaults sets what nobody set. After it every optional boolean that has a
// meaning when left out is there.
func fillDefaults(out *v1alpha1.Config, c *Config) {
	def(&out.Version, "v1alpha1")
	defBool(&out.Debug, false)
	defBool(&out.Persist, true)

	defaultMachine(&out.Machine)
	defaultCluster(out, c)

	if len(out.Machine.Kubelet.ClusterDNS) == 0 {
		out.Machine.Kubelet.ClusterDNS = clusterDNS(out.Cluster.Network.ServiceSubnets)
	}

	def(&out.Folded.NodeCIDRMaskSizeIPv4, v1alpha1.DefaultNodeCIDRMaskSizeIPv4)
	def(&out.Folded.NodeCIDRMaskSizeIPv6, v1alpha1.DefaultNodeCIDRMaskSizeIPv6)
	def(&out.Folded.Flannel.Type, v1alpha1.FlannelBackendVXLAN)

	if out.Folded.Flannel.Type == v1alpha1.FlannelBackendVXLAN {
		def(&out.Folded.Flannel.Port, v1alpha1.FlannelBackendVXLANPort)
	}
}

func defaultMachine(m *v1alpha1.MachineConfig) {
	k := &m.Kubelet
	def(&k.Image, v1alpha1.KubeletImage+":v"+v1alpha1.DefaultKubernetesVersion)
	defBool(&k.DefaultRuntimeSeccompProfileEnabled, false)
	defBool(&k.RegisterWithFQDN, false)
	defBool(&k.SkipNodeRegistration, false)
	defBool(&k.DisableManifestsDirectory, false)

	defBool(&m.ControlPlane.ControllerManager.Disabled, false)
	defBool(&m.ControlPlane.Scheduler.Disabled, false)

	defBool(&m.Install.Wipe, false)
	defBool(&m.Install.Bootloader, true)
	defBool(&m.Install.LegacyBIOSSupport, false)

	n := &m.Network
	defBool(&n.DisableSearchDomain, false)
	defBool(&n.KubeSpan.Enabled, false)
	defBool(&n.KubeSpan.AdvertiseKubernetesNetworks, false)
	defBool(&n.KubeSpan.AllowDownPeerBypass, false)
	defBool(&n.KubeSpan.HarvestExtraEndpoints, false)
	def(&n.KubeSpan.MTU, 1420)

	defBool(&m.Time.Disabled, false)

	if len(m.Time.Servers) == 0 {
		m.Time.Servers = []string{v1alpha1.DefaultTimeServer}
	}

	f := &m.Features
	defBool(&f.RBAC, true)
	defBool(&f.StableHostname, true)
	defBool(&f.ApidCheckExtKeyUsage, true)
	defBool(&f.DiskQuotaSupport, true)
	defBool(&f.KubernetesTalosAPIAccess.Enabled, false)
	defBool(&f.KubePrism.Enabled, false)
	def(&f.KubePrism.Port, v1alpha1.DefaultKubePrismPort)
	defBool(&f.HostDNS.Enabled, false)
	defBool(&f.HostDNS.ForwardKubeDNSToHost, false)
	defBool(&f.HostDNS.ResolveMemberNames, false)
	defBool(&f.ImageCache.LocalEnabled, false)
	def(&f.NodeAddressSortAlgorithm, "v1")
}

func defaultCluster(out *v1alpha1.Config, c *Config) {
	cl := &out.Cluster
	kube := ":v" + v1alpha1.DefaultKubernetesVersion

	def(&cl.ControlPlane.LocalAPIServerPort, v1alpha1.DefaultAPIServerPort)
	def(&cl.APIServer.Image, v1alpha1.KubeAPIServerImage+kube)
	defBool(&cl.APIServer.DisablePodSecurityPolicy, true)
	def(&cl.ControllerManager.Image, v1alpha1.KubeControllerManagerImage+kube)
	def(&cl.Scheduler.Image, v1alpha1.KubeSchedulerImage+kube)

	defBool(&cl.Proxy.Disabled, false)
	def(&cl.Proxy.Image, v1alpha1.KubeProxyImage+kube)
	// The kernel and the images of this system carry nftables, not iptables.
	def(&cl.Proxy.Mode, "nftables")

	defBool(&cl.CoreDNS.Disabled, false)
	def(&cl.CoreDNS.Image, v1alpha1.CoreDNSImage+":"+v1alpha1.DefaultCoreDNSVersion)
	def(&cl.Etcd.Image, v1alpha1.EtcdImage+":"+v1alpha1.DefaultEtcdVersion)

	// A network described by documents has the CNI only if a document says so.
	if _, byDocument := Doc[document.KubeNetworkConfig](c); byDocument {
		def(&cl.Network.CNI.Name, v1alpha1.CNINone)
	}

	def(&cl.Network.CNI.Name, v1alpha1.CNIFlannel)
	defBool(&cl.Network.CNI.Flannel.KubeNetworkPoliciesEnabled, false)
	def(&cl.Network.DNSDomain, v1alpha1.DefaultDNSDomain)

	if len(cl.Network.PodSubnets) == 0 {
		cl.Network.PodSubnets = []string{v1alpha1.DefaultPodSubnet}
	}

	if len(cl.Network.ServiceSubnets) == 0 {
		cl.Network.ServiceSubnets = []string{v1alpha1.DefaultServiceSubnet}
	}

	defBool(&cl.Discovery.Enabled, false)
	// Kubernetes as a registry needs node listing rights the API server no longer gives.
	defBool(&cl.Discovery.Registries.Kubernetes.Disabled, true)
	defBool(&cl.Discovery.Registries.Service.Disabled, false)
	def(&cl.Discovery.Registries.Service.Endpoint, v1alpha1.DefaultDiscoveryEndpoint)

	defBool(&cl.ExternalCloudProvider.Enabled, false)
	def(&cl.AdminKubeconfig.CertLifetime, defaultAdminCertLifetime)

	defBool(&cl.AllowSchedulingOnMasters, false)
	defBool(&cl.AllowSchedulingOnControlPlanes, *cl.AllowSchedulingOnMasters)
}

// clusterDNS is the tenth address of each service network, where the kube-dns
// service is put.
func clusterDNS(subnets []string) []string {
	var out []string

	for _, s := range subnets {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			continue // Validate reports it
		}

		a := p.Masked().Addr()
		for range 10 {
			a = a.Next()
		}

		if p.Contains(a) {
			out = append(out, a.String())
		}
	}

	return out
}

func setPrefixes(dst *[]string, ps []netip.Prefix) {
	if len(ps) == 0 {
		return
	}

	*dst = nil

	for _, p := range ps {
		*dst = append(*dst, p.String())
	}
}

func def[T comparable](dst *T, v T) {
	var zero T
	if *dst == zero {
		*dst = v
	}
}

func defBool(dst **bool, v bool) {
	if *dst == nil {
		*dst = new(v)
	}
}
