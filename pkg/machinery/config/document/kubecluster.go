package document

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeClusterConfig says which cluster this is.
type KubeClusterConfig struct {
	// Name of the cluster, for people. It is the context name in kubeconfigs.
	ClusterName string `yaml:"clusterName,omitempty" required:"true"`
	// URL of the Kubernetes API for nodes and people.
	Endpoint value.URL `yaml:"endpoint,omitempty" required:"true"`
}

// KubeCoreDNSConfig runs CoreDNS.
type KubeCoreDNSConfig struct {
	// False leaves CoreDNS out. Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
}

// KubeExternalManifestConfig applies a manifest from a URL.
type KubeExternalManifestConfig struct {
	// Tells manifests apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// HTTP headers sent when fetching it.
	Headers map[string]string `yaml:"headers,omitempty" secret:"true"`
	// URL of the manifest.
	URL value.URL `yaml:"url,omitempty" required:"true" scheme:"https|http"`
}

// KubeFlannelCNIConfig runs flannel. Without this document there is no CNI of ours.
type KubeFlannelCNIConfig struct {
	// How packets travel between nodes. Default vxlan.
	BackendType string `yaml:"backendType,omitempty"`
	// UDP port of the backend. Default 4789 for vxlan.
	BackendPort uint16 `yaml:"backendPort,omitempty" range:"1..65535"`
	// Largest packet in bytes. Default 0: flannel finds out.
	BackendMTU uint32 `yaml:"backendMTU,omitempty" range:"68..65535"`
	// Further keys of the backend's configuration.
	BackendExtraConfig value.Object `yaml:"backendExtraConfig,omitempty"`
	// Requests and limits of the pods.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
	// Arguments of flanneld.
	ExtraArgs []string `yaml:"extraArgs,omitempty"`
	// True adds an agent that enforces network policies. Default false.
	KubeNetworkPoliciesEnabled *bool `yaml:"kubeNetworkPoliciesEnabled,omitempty"`
}

// KubeInlineManifestConfig applies a manifest.
type KubeInlineManifestConfig struct {
	// Tells manifests apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// One or more Kubernetes objects.
	Manifest string `yaml:"manifest,omitempty" required:"true"`
}

// KubeNetworkConfig is the network inside the cluster. It cannot change later.
type KubeNetworkConfig struct {
	// Domain of services. Default cluster.local.
	DNSDomain string `yaml:"dnsDomain,omitempty"`
	// Networks of pods, one per address family.
	PodSubnets []netip.Prefix `yaml:"podSubnets,omitempty" required:"true" merge:"replace"`
	// Networks of services, one per address family.
	ServiceSubnets []netip.Prefix `yaml:"serviceSubnets,omitempty" required:"true" merge:"replace"`
	// Prefix length of a node's pod network. Default 24.
	NodeCIDRMaskSizeIPv4 int `yaml:"nodeCIDRMaskSizeIPv4,omitempty" range:"1..32"`
	// Prefix length of a node's pod network. Default 64.
	NodeCIDRMaskSizeIPv6 int `yaml:"nodeCIDRMaskSizeIPv6,omitempty" range:"1..128"`
}

// KubeProxyConfig runs kube-proxy.
type KubeProxyConfig struct {
	// False leaves kube-proxy out, for a CNI that does its work. Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Image reference with tag.
	Image string `yaml:"image,omitempty" required:"true"`
	// nftables, iptables or ipvs. Default nftables.
	Mode string `yaml:"mode,omitempty"`
	// Laid over the KubeProxyConfiguration.
	Config value.Object `yaml:"config,omitempty"`
	// Flags, replacing defaults.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Requests and limits of the pods.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
}
