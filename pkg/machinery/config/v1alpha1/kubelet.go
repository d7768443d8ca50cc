package v1alpha1

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type KubeletConfig struct {
	Image                               string              `yaml:"image,omitempty"`
	ClusterDNS                          []string            `yaml:"clusterDNS,omitempty"`
	ExtraArgs                           value.Args          `yaml:"extraArgs,omitempty"`
	ExtraMounts                         []ExtraMount        `yaml:"extraMounts,omitempty"`
	ExtraConfig                         value.Object        `yaml:"extraConfig,omitempty"`
	CredentialProviderConfig            value.Object        `yaml:"credentialProviderConfig,omitempty"`
	DefaultRuntimeSeccompProfileEnabled *bool               `yaml:"defaultRuntimeSeccompProfileEnabled,omitempty"`
	RegisterWithFQDN                    *bool               `yaml:"registerWithFQDN,omitempty"`
	NodeIP                              KubeletNodeIPConfig `yaml:"nodeIP,omitempty"`
	SkipNodeRegistration                *bool               `yaml:"skipNodeRegistration,omitempty"`
	DisableManifestsDirectory           *bool               `yaml:"disableManifestsDirectory,omitempty"`
}

type LinuxIDMapping struct {
	ContainerID uint32 `yaml:"containerID,omitempty"`
	HostID      uint32 `yaml:"hostID,omitempty"`
	Size        uint32 `yaml:"size,omitempty"`
}

type ExtraMount struct {
	Destination string           `yaml:"destination,omitempty"`
	Type        string           `yaml:"type,omitempty"`
	Source      string           `yaml:"source,omitempty"`
	Options     []string         `yaml:"options,omitempty"`
	UIDMappings []LinuxIDMapping `yaml:"uidMappings,omitempty"`
	GIDMappings []LinuxIDMapping `yaml:"gidMappings,omitempty"`
}

type KubeletNodeIPConfig struct {
	ValidSubnets []string `yaml:"validSubnets,omitempty"`
}
