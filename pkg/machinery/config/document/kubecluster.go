package document

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type KubeClusterConfig struct {
	ClusterName string    `yaml:"clusterName,omitempty" required:"true"`
	Endpoint    value.URL `yaml:"endpoint,omitempty" required:"true"`
}

type KubeCoreDNSConfig struct {
	Enabled *bool  `yaml:"enabled,omitempty"`
	Image   string `yaml:"image,omitempty"`
}

type KubeExternalManifestConfig struct {
	Name    string            `yaml:"name,omitempty" required:"true"`
	Headers map[string]string `yaml:"headers,omitempty"`
	URL     value.URL         `yaml:"url,omitempty" required:"true"`
}

type KubeFlannelCNIConfig struct {
	BackendType                string          `yaml:"backendType,omitempty"`
	BackendPort                uint16          `yaml:"backendPort,omitempty"`
	BackendMTU                 uint32          `yaml:"backendMTU,omitempty"`
	BackendExtraConfig         value.Object    `yaml:"backendExtraConfig,omitempty"`
	Resources                  ResourcesConfig `yaml:"resources,omitempty"`
	ExtraArgs                  []string        `yaml:"extraArgs,omitempty"`
	KubeNetworkPoliciesEnabled *bool           `yaml:"kubeNetworkPoliciesEnabled,omitempty"`
}

type KubeInlineManifestConfig struct {
	Name     string `yaml:"name,omitempty" required:"true"`
	Manifest string `yaml:"manifest,omitempty" required:"true"`
}

type KubeNetworkConfig struct {
	DNSDomain            string         `yaml:"dnsDomain,omitempty"`
	PodSubnets           []netip.Prefix `yaml:"podSubnets,omitempty" required:"true" merge:"replace"`
	ServiceSubnets       []netip.Prefix `yaml:"serviceSubnets,omitempty" required:"true" merge:"replace"`
	NodeCIDRMaskSizeIPv4 int            `yaml:"nodeCIDRMaskSizeIPv4,omitempty"`
	NodeCIDRMaskSizeIPv6 int            `yaml:"nodeCIDRMaskSizeIPv6,omitempty"`
}

type KubeProxyConfig struct {
	Enabled   *bool           `yaml:"enabled,omitempty"`
	Image     string          `yaml:"image,omitempty" required:"true"`
	Mode      string          `yaml:"mode,omitempty"`
	Config    value.Object    `yaml:"config,omitempty"`
	ExtraArgs value.Args      `yaml:"extraArgs,omitempty"`
	Resources ResourcesConfig `yaml:"resources,omitempty"`
}
