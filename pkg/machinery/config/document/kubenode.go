package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeCredentialProviderConfig lets kubelet ask plugins for registry credentials.
type KubeCredentialProviderConfig struct {
	// A CredentialProviderConfig of kubelet.config.k8s.io.
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

// KubeNodeConfig is the machine as a Kubernetes node.
type KubeNodeConfig struct {
	// True runs static pods only, without an API server. Default false.
	SkipNodeRegistration *bool `yaml:"skipNodeRegistration,omitempty"`
	// True uses the fully qualified name as node name. Default false.
	RegisterWithFQDN *bool `yaml:"registerWithFQDN,omitempty"`
	// Which address the node has in Kubernetes.
	NodeIP NodeIPConfig `yaml:"nodeIP,omitempty"`
	// Labels of the Kubernetes node. Ones that are taken away here are removed from it.
	Labels map[string]string `yaml:"labels,omitempty"`
	// Annotations of the Kubernetes node. Ones that are taken away here are removed from it.
	Annotations map[string]string `yaml:"annotations,omitempty"`
	// Taints of the Kubernetes node, as value:effect by key. Only set at registration.
	Taints map[string]string `yaml:"taints,omitempty"`
}

// NodeIPConfig chooses the node's address.
type NodeIPConfig struct {
	// Networks to choose from; !network leaves one out. Default: any.
	ValidSubnets []string `yaml:"validSubnets,omitempty"`
}

// KubePrismConfig runs a local load balancer for the API servers on 127.0.0.1.
type KubePrismConfig struct {
	// TCP port on 127.0.0.1, usually 7445.
	Port int `yaml:"port,omitempty" range:"1..65535" required:"true"`
	// Name expected in the API servers' certificates.
	TLSServerName string `yaml:"tlsServerName,omitempty"`
}

// KubeStaticPodConfig is a pod that kubelet runs without the API server.
type KubeStaticPodConfig struct {
	// Tells pods apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Manifest of the pod.
	Pod value.Object `yaml:"pod,omitempty" required:"true" merge:"replace"`
}

// KubeTalosAPIAccessConfig gives pods certificates for the nodes' API.
type KubeTalosAPIAccessConfig struct {
	// Roles a pod can get at most, such as os:reader.
	AllowedRoles []string `yaml:"allowedRoles,omitempty"`
	// Kubernetes namespaces in which such pods may run.
	AllowedKubernetesNamespaces []string `yaml:"allowedKubernetesNamespaces,omitempty"`
}

// KubeletConfig runs kubelet.
type KubeletConfig struct {
	// Image reference with tag, which decides the Kubernetes version of the node.
	Image string `yaml:"image,omitempty" required:"true"`
	// Laid over the KubeletConfiguration.
	Config value.Object `yaml:"config,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Addresses pods use for DNS. Default the tenth of each service network.
	ClusterDNS []string `yaml:"clusterDNS,omitempty"`
	// True gives pods the runtime's seccomp profile unless they ask otherwise. Default
	// false.
	DefaultRuntimeSeccompProfileEnabled *bool `yaml:"defaultRuntimeSeccompProfileEnabled,omitempty"`
}
