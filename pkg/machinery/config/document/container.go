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
	// A piece of containerd's configuration in TOML.
	Content string `yaml:"content,omitempty"`
}

// ContainerConfig runs a container on the machine, outside Kubernetes.
type ContainerConfig struct {
	// Name of the container, and of its service.
	Name string `yaml:"name,omitempty"`
	// Image reference with tag or digest.
	Image string `yaml:"image,omitempty"`
	// Program to run. Replaces the entrypoint of the image.
	Entrypoint []string `yaml:"entrypoint,omitempty"`
	// Arguments of the program. They replace those of the image.
	Args []string `yaml:"args,omitempty"`
	// Absolute path in the container.
	WorkingDir string `yaml:"workingDir,omitempty"`
	// User and group; default those of the image.
	RunAs ContainerRunAs `yaml:"runAs,omitempty"`
	// Environment variables as NAME=value.
	Environment []string `yaml:"environment,omitempty"`
	// Volumes and directories of the machine that it sees.
	Mounts []ContainerMount `yaml:"mounts,omitempty"`
	// What it may do. Default restricted.
	Security ContainerSecurity `yaml:"security,omitempty"`
	// Which network it has.
	Network ContainerNetwork `yaml:"network,omitempty"`
	// Limits on the processor time and memory it may use. Default: none.
	Resources ContainerResources `yaml:"resources,omitempty"`
	// What has to be there before it starts.
	DependsOn ContainerDependsOn `yaml:"dependsOn,omitempty"`
}

// ContainerRunAs is a user and a group by number.
type ContainerRunAs struct {
	// User number.
	UID int32 `yaml:"uid,omitempty" range:"0.."`
	// Group number.
	GID int32 `yaml:"gid,omitempty" range:"0.."`
}

// UserVolumeMount mounts a user volume.
type UserVolumeMount struct {
	// Name of the UserVolumeConfig document.
	Name string `yaml:"name,omitempty"`
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// Mount options. Default rw.
	Options []string `yaml:"options,omitempty" enum:"ro|rw|noexec|nosuid|nodev|noatime|rbind|rshared"`
}

// TmpfsMount mounts memory.
type TmpfsMount struct {
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// The most memory it takes, with a unit such as 64MiB.
	Size string `yaml:"size,omitempty"`
	// Mount options, such as noexec.
	Options []string `yaml:"options,omitempty"`
}

// HostPathMount mounts a directory of the machine.
type HostPathMount struct {
	// Absolute path on the machine.
	Source string `yaml:"source,omitempty"`
	// Absolute path in the container.
	Destination string `yaml:"destination,omitempty"`
	// Mount options, such as ro and rbind.
	Options []string `yaml:"options,omitempty"`
}

// ContainerMount is one mount, of exactly one type.
type ContainerMount struct {
	// Mounts a user volume.
	UserVolume *UserVolumeMount `yaml:"userVolume,omitempty"`
	// Mounts memory that is empty at each start.
	Tmpfs *TmpfsMount `yaml:"tmpfs,omitempty"`
	// Mounts a directory of the machine.
	HostPath *HostPathMount `yaml:"hostPath,omitempty"`
}

// ContainerCapabilities changes the set of capabilities.
type ContainerCapabilities struct {
	// Capabilities to add, by names that begin with CAP_.
	Add []string `yaml:"add,omitempty"`
	// Capabilities to take away, by names that begin with CAP_.
	Drop []string `yaml:"drop,omitempty"`
}

// ContainerSecurity is what a container may do.
type ContainerSecurity struct {
	// restricted drops nearly all rights, privileged lifts nearly all limits. Default
	// restricted.
	Profile string `yaml:"profile,omitempty" enum:"restricted|privileged"`
	// Changes to the capabilities of the profile.
	Capabilities ContainerCapabilities `yaml:"capabilities,omitempty"`
}

// ContainerNetwork is the network of a container.
type ContainerNetwork struct {
	// none has no network, host uses the network of the machine.
	Mode string `yaml:"mode,omitempty" enum:"none|host"`
}

// ContainerResourceLimits is the most a container may use.
type ContainerResourceLimits struct {
	// Processor time, in cores (2) or thousandths of one (500m).
	CPU string `yaml:"cpu,omitempty"`
	// Memory, with a unit such as 512MiB. Beyond it the container is killed.
	Memory string `yaml:"memory,omitempty"`
}

// ContainerResources limits a container.
type ContainerResources struct {
	// The most it may use.
	Limits ContainerResourceLimits `yaml:"limits,omitempty"`
}

// ContainerDependsOn lists what a container waits for.
type ContainerDependsOn struct {
	// Files that have to exist.
	Paths []string `yaml:"paths,omitempty"`
	// States of the network.
	Networks []string `yaml:"networks,omitempty" enum:"addresses|connectivity|hostname|etcfiles"`
	// True waits for the right time. Default false.
	Time *bool `yaml:"time,omitempty"`
	// Names of other containers that have to run first.
	Containers []string `yaml:"containers,omitempty"`
}

// ExtensionServiceConfig configures a service that a system extension brings.
type ExtensionServiceConfig struct {
	// Name of the service without the leading ext-.
	Name string `yaml:"name,omitempty" required:"true"`
	// Files that the service reads. They are written before it starts.
	ConfigFiles []ConfigFile `yaml:"configFiles,omitempty" merge:"mountPath"`
	// Environment variables as NAME=value.
	Environment []string `yaml:"environment,omitempty"`
}

// ConfigFile is one file.
type ConfigFile struct {
	// Text of the file.
	Content string `yaml:"content,omitempty"`
	// Absolute path the service sees it at.
	MountPath string `yaml:"mountPath,omitempty"`
}
