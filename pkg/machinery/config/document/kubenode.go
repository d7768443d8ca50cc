package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type KubeCredentialProviderConfig struct {
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

type KubeNodeConfig struct {
	SkipNodeRegistration *bool             `yaml:"skipNodeRegistration,omitempty"`
	RegisterWithFQDN     *bool             `yaml:"registerWithFQDN,omitempty"`
	NodeIP               NodeIPConfig      `yaml:"nodeIP,omitempty"`
	Labels               map[string]string `yaml:"labels,omitempty"`
	Annotations          map[string]string `yaml:"annotations,omitempty"`
	Taints               map[string]string `yaml:"taints,omitempty"`
}

type NodeIPConfig struct {
	ValidSubnets []string `yaml:"validSubnets,omitempty"`
}

type KubePrismConfig struct {
	Port          int    `yaml:"port,omitempty" required:"true"`
	TLSServerName string `yaml:"tlsServerName,omitempty"`
}

type KubeStaticPodConfig struct {
	Name string       `yaml:"name,omitempty" required:"true"`
	Pod  value.Object `yaml:"pod,omitempty" required:"true" merge:"replace"`
}

type KubeTalosAPIAccessConfig struct {
	AllowedRoles                []string `yaml:"allowedRoles,omitempty"`
	AllowedKubernetesNamespaces []string `yaml:"allowedKubernetesNamespaces,omitempty"`
}

type KubeletConfig struct {
	Image                               string       `yaml:"image,omitempty" required:"true"`
	Config                              value.Object `yaml:"config,omitempty"`
	ExtraArgs                           value.Args   `yaml:"extraArgs,omitempty"`
	ClusterDNS                          []string     `yaml:"clusterDNS,omitempty"`
	DefaultRuntimeSeccompProfileEnabled *bool        `yaml:"defaultRuntimeSeccompProfileEnabled,omitempty"`
}
