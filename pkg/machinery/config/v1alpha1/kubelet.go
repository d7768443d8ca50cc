package v1alpha1

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeletConfig changes how kubelet runs.
type KubeletConfig struct {
	// Image reference with tag, which decides the Kubernetes version of the node. Default:
	// of this release.
	Image string `yaml:"image,omitempty"`
	// Addresses pods use for DNS. Default the tenth of each service network.
	ClusterDNS []string `yaml:"clusterDNS,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Directories of the machine that kubelet and so its pods can see.
	ExtraMounts []ExtraMount `yaml:"extraMounts,omitempty"`
	// Laid over the KubeletConfiguration of kubelet.config.k8s.io.
	ExtraConfig value.Object `yaml:"extraConfig,omitempty"`
	// A CredentialProviderConfig of kubelet.config.k8s.io, for pulling images.
	CredentialProviderConfig value.Object `yaml:"credentialProviderConfig,omitempty"`
	// True gives pods the runtime's seccomp profile unless they ask otherwise. Default
	// false.
	DefaultRuntimeSeccompProfileEnabled *bool `yaml:"defaultRuntimeSeccompProfileEnabled,omitempty"`
	// True uses the fully qualified name as node name. Default false.
	RegisterWithFQDN *bool `yaml:"registerWithFQDN,omitempty"`
	// Which address the node has in Kubernetes.
	NodeIP KubeletNodeIPConfig `yaml:"nodeIP,omitempty"`
	// True runs static pods only, without an API server. Default false.
	SkipNodeRegistration *bool `yaml:"skipNodeRegistration,omitempty"`
	// True ignores /etc/kubernetes/manifests. Default false.
	DisableManifestsDirectory *bool `yaml:"disableManifestsDirectory,omitempty"`
}

// LinuxIDMapping maps a range of user or group IDs.
type LinuxIDMapping struct {
	// First number inside the container.
	ContainerID uint32 `yaml:"containerID,omitempty"`
	// First number outside.
	HostID uint32 `yaml:"hostID,omitempty"`
	// How many numbers the range has.
	Size uint32 `yaml:"size,omitempty"`
}

// ExtraMount is one mount, in the form of the OCI runtime.
type ExtraMount struct {
	// Absolute path in kubelet's container.
	Destination string `yaml:"destination,omitempty"`
	// Type of the mount, usually bind.
	Type string `yaml:"type,omitempty"`
	// Path on the machine.
	Source string `yaml:"source,omitempty"`
	// Mount options, such as rbind, rshared and rw.
	Options []string `yaml:"options,omitempty"`
	// User numbers inside and outside.
	UIDMappings []LinuxIDMapping `yaml:"uidMappings,omitempty"`
	// Group numbers inside and outside.
	GIDMappings []LinuxIDMapping `yaml:"gidMappings,omitempty"`
}

// KubeletNodeIPConfig chooses the node's address.
type KubeletNodeIPConfig struct {
	// Networks to choose from; !network leaves one out. Default: any.
	ValidSubnets []string `yaml:"validSubnets,omitempty"`
}
