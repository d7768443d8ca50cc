package v1alpha1

type FeaturesConfig struct {
	RBAC                     *bool                          `yaml:"rbac,omitempty"`
	StableHostname           *bool                          `yaml:"stableHostname,omitempty"`
	KubernetesTalosAPIAccess KubernetesTalosAPIAccessConfig `yaml:"kubernetesTalosAPIAccess,omitempty"`
	ApidCheckExtKeyUsage     *bool                          `yaml:"apidCheckExtKeyUsage,omitempty"`
	DiskQuotaSupport         *bool                          `yaml:"diskQuotaSupport,omitempty"`
	KubePrism                KubePrism                      `yaml:"kubePrism,omitempty"`
	HostDNS                  HostDNSConfig                  `yaml:"hostDNS,omitempty"`
	ImageCache               ImageCacheConfig               `yaml:"imageCache,omitempty"`
	NodeAddressSortAlgorithm string                         `yaml:"nodeAddressSortAlgorithm,omitempty"`
}

type KubernetesTalosAPIAccessConfig struct {
	Enabled                     *bool    `yaml:"enabled,omitempty"`
	AllowedRoles                []string `yaml:"allowedRoles,omitempty"`
	AllowedKubernetesNamespaces []string `yaml:"allowedKubernetesNamespaces,omitempty"`
}

type KubePrism struct {
	Enabled *bool `yaml:"enabled,omitempty"`
	Port    int   `yaml:"port,omitempty"`
}

type HostDNSConfig struct {
	Enabled              *bool `yaml:"enabled,omitempty"`
	ForwardKubeDNSToHost *bool `yaml:"forwardKubeDNSToHost,omitempty"`
	ResolveMemberNames   *bool `yaml:"resolveMemberNames,omitempty"`
}

type ImageCacheConfig struct {
	LocalEnabled *bool `yaml:"localEnabled,omitempty"`
}
