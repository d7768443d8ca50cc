package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// CRIBaseRuntimeSpecConfig changes what every container starts from. Needs a reboot.
type CRIBaseRuntimeSpecConfig struct {
	// Laid over the OCI runtime specification.
	Overrides value.Object `yaml:"overrides,omitempty" merge:"replace"`
}

// CRICustomizationConfig adds to containerd's configuration.
type CRICustomizationConfig struct {
	// Tells parts apart; they are used in the order of their names.
	Name string `yaml:"name,omitempty" required:"true"`
	// TOML.
	Content string `yaml:"content,omitempty"`
}

// ContainerConfig runs a container on the machine, outside Kubernetes.
type ContainerConfig struct {
	// Of the container, and of its service.
	Name string `yaml:"name,omitempty"`
	// Reference.
	Image string `yaml:"image,omitempty"`
	// Replaces that of the image.
	Entrypoint []string `yaml:"entrypoint,omitempty"`
	// Replace those of the image.
	Args []string `yaml:"args,omitempty"`
	// Absolute path in the container.
	WorkingDir string `yaml:"workingDir,omitempty"`
	// User and group; default those of the image.
	RunAs ContainerRunAs `yaml:"runAs,omitempty"`
	// As NAME=value.
	Environment []string `yaml:"environment,omitempty"`
	// What it sees of the machine.
	Mounts []ContainerMount `yaml:"mounts,omitempty"`
	// What it may do. Default restricted.
	Security ContainerSecurity `yaml:"security,omitempty"`
	// Which network it has.
	Network ContainerNetwork `yaml:"network,omitempty"`
	// How much it may use.
	Resources ContainerResources `yaml:"resources,omitempty"`
	// What has to be there before it starts.
	DependsOn ContainerDependsOn `yaml:"dependsOn,omitempty"`
}

// ContainerRunAs is a user and a group by number.
type ContainerRunAs struct {
	UID int32 `yaml:"uid,omitempty"`
	GID int32 `yaml:"gid,omitempty"`
}

// UserVolumeMount mounts a user volume.
type UserVolumeMount struct {
	// Of the volume.
	Name string `yaml:"name,omitempty"`
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// Mount options.
	Options []string `yaml:"options,omitempty" enum:"ro|rw|noexec|nosuid|nodev|noatime|rbind|rshared"`
}

// TmpfsMount mounts memory.
type TmpfsMount struct {
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// At most, with a unit.
	Size string `yaml:"size,omitempty"`
	// Mount options.
	Options []string `yaml:"options,omitempty"`
}

// HostPathMount mounts a directory of the machine.
type HostPathMount struct {
	// Absolute path on the machine.
	Source string `yaml:"source,omitempty"`
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// Mount options.
	Options []string `yaml:"options,omitempty"`
}

// ContainerMount is one mount, of exactly one type.
type ContainerMount struct {
	UserVolume *UserVolumeMount `yaml:"userVolume,omitempty"`
	Tmpfs      *TmpfsMount      `yaml:"tmpfs,omitempty"`
	HostPath   *HostPathMount   `yaml:"hostPath,omitempty"`
}

// ContainerCapabilities changes the set of capabilities.
type ContainerCapabilities struct {
	// Names with CAP_.
	Add []string `yaml:"add,omitempty"`
	// Names with CAP_.
	Drop []string `yaml:"drop,omitempty"`
}

// ContainerSecurity is what a container may do.
type ContainerSecurity struct {
	// privileged lifts nearly all limits.
	Profile string `yaml:"profile,omitempty" enum:"restricted|privileged"`
	// On top of the profile.
	Capabilities ContainerCapabilities `yaml:"capabilities,omitempty"`
}

// ContainerNetwork is the network of a container.
type ContainerNetwork struct {
	// none, or that of the host.
	Mode string `yaml:"mode,omitempty" enum:"none|host"`
}

// ContainerResourceLimits is the most a container may use.
type ContainerResourceLimits struct {
	// In cores or thousandths: 2, 500m.
	CPU string `yaml:"cpu,omitempty"`
	// With a unit.
	Memory string `yaml:"memory,omitempty"`
}

// ContainerResources limits a container.
type ContainerResources struct {
	Limits ContainerResourceLimits `yaml:"limits,omitempty"`
}

// ContainerDependsOn lists what a container waits for.
type ContainerDependsOn struct {
	// Files that have to exist.
	Paths []string `yaml:"paths,omitempty"`
	// States of the network.
	Networks []string `yaml:"networks,omitempty" enum:"addresses|connectivity|hostname|etcfiles"`
	// True waits for the right time.
	Time *bool `yaml:"time,omitempty"`
	// Other containers, by name.
	Containers []string `yaml:"containers,omitempty"`
}

// ExtensionServiceConfig configures a service that a system extension brings.
type ExtensionServiceConfig struct {
	// Of the service, without ext-.
	Name string `yaml:"name,omitempty" required:"true"`
	// Written where the service reads them.
	ConfigFiles []ConfigFile `yaml:"configFiles,omitempty" merge:"mountPath"`
	// As NAME=value.
	Environment []string `yaml:"environment,omitempty"`
}

// ConfigFile is one file.
type ConfigFile struct {
	// Its text.
	Content string `yaml:"content,omitempty"`
	// Absolute path the service sees it at.
	MountPath string `yaml:"mountPath,omitempty"`
}
