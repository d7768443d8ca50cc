package v1alpha1

// FeaturesConfig has switches for parts of the system.
type FeaturesConfig struct {
	// No effect: roles in client certificates are always checked.
	RBAC *bool `yaml:"rbac,omitempty"`
	// True derives a missing host name from the machine's identity. Default true.
	StableHostname *bool `yaml:"stableHostname,omitempty"`
	// Lets pods reach the nodes' API.
	KubernetesTalosAPIAccess KubernetesTalosAPIAccessConfig `yaml:"kubernetesTalosAPIAccess,omitempty"`
	// True accepts client certificates for clients only. Default true.
	ApidCheckExtKeyUsage *bool `yaml:"apidCheckExtKeyUsage,omitempty"`
	// True mounts volumes with project quotas, so kubelet can count ephemeral storage.
	// Default true.
	DiskQuotaSupport *bool `yaml:"diskQuotaSupport,omitempty"`
	// A local load balancer for the API servers.
	KubePrism KubePrism `yaml:"kubePrism,omitempty"`
	// A caching DNS resolver on the machine.
	HostDNS HostDNSConfig `yaml:"hostDNS,omitempty"`
	// Images brought along with the boot medium.
	ImageCache ImageCacheConfig `yaml:"imageCache,omitempty"`
	// Order in which addresses of a node are preferred: v1 by network, v2 by prefix length.
	// Default v1.
	NodeAddressSortAlgorithm string `yaml:"nodeAddressSortAlgorithm,omitempty"`
}

// KubernetesTalosAPIAccessConfig gives pods certificates for the nodes' API.
type KubernetesTalosAPIAccessConfig struct {
	// True hands out such certificates. Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Roles a pod can get at most, such as os:reader.
	AllowedRoles []string `yaml:"allowedRoles,omitempty"`
	// Kubernetes namespaces in which such pods may run.
	AllowedKubernetesNamespaces []string `yaml:"allowedKubernetesNamespaces,omitempty"`
}

// KubePrism balances to all API servers on a local port.
type KubePrism struct {
	// True runs it. Default false when left out.
	Enabled *bool `yaml:"enabled,omitempty"`
	// TCP port on 127.0.0.1. Default 7445.
	Port int `yaml:"port,omitempty" range:"1..65535"`
}

// HostDNSConfig is the resolver on the machine.
type HostDNSConfig struct {
	// True runs it. Default false when left out.
	Enabled *bool `yaml:"enabled,omitempty"`
	// True lets CoreDNS ask it, instead of the upstream servers. Default false.
	ForwardKubeDNSToHost *bool `yaml:"forwardKubeDNSToHost,omitempty"`
	// True answers with addresses of cluster members for their names. Default false.
	ResolveMemberNames *bool `yaml:"resolveMemberNames,omitempty"`
}

// ImageCacheConfig is about images brought along.
type ImageCacheConfig struct {
	// True uses them before any registry. Default false.
	LocalEnabled *bool `yaml:"localEnabled,omitempty"`
}
