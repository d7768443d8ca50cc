package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type CRIBaseRuntimeSpecConfig struct {
	Overrides value.Object `yaml:"overrides,omitempty" merge:"replace"`
}

type CRICustomizationConfig struct {
	Name    string `yaml:"name,omitempty" required:"true"`
	Content string `yaml:"content,omitempty"`
}

type ContainerConfig struct {
	Name        string             `yaml:"name,omitempty"`
	Image       string             `yaml:"image,omitempty"`
	Entrypoint  []string           `yaml:"entrypoint,omitempty"`
	Args        []string           `yaml:"args,omitempty"`
	WorkingDir  string             `yaml:"workingDir,omitempty"`
	RunAs       ContainerRunAs     `yaml:"runAs,omitempty"`
	Environment []string           `yaml:"environment,omitempty"`
	Mounts      []ContainerMount   `yaml:"mounts,omitempty"`
	Security    ContainerSecurity  `yaml:"security,omitempty"`
	Network     ContainerNetwork   `yaml:"network,omitempty"`
	Resources   ContainerResources `yaml:"resources,omitempty"`
	DependsOn   ContainerDependsOn `yaml:"dependsOn,omitempty"`
}

type ContainerRunAs struct {
	UID int32 `yaml:"uid,omitempty"`
	GID int32 `yaml:"gid,omitempty"`
}

type UserVolumeMount struct {
	Name        string   `yaml:"name,omitempty"`
	Destination string   `yaml:"destination,omitempty"`
	Options     []string `yaml:"options,omitempty" enum:"ro|rw|noexec|nosuid|nodev|noatime|rbind|rshared"`
}

type TmpfsMount struct {
	Destination string   `yaml:"destination,omitempty"`
	Size        string   `yaml:"size,omitempty"`
	Options     []string `yaml:"options,omitempty"`
}

type HostPathMount struct {
	Source      string   `yaml:"source,omitempty"`
	Destination string   `yaml:"destination,omitempty"`
	Options     []string `yaml:"options,omitempty"`
}

type ContainerMount struct {
	UserVolume *UserVolumeMount `yaml:"userVolume,omitempty"`
	Tmpfs      *TmpfsMount      `yaml:"tmpfs,omitempty"`
	HostPath   *HostPathMount   `yaml:"hostPath,omitempty"`
}

type ContainerCapabilities struct {
	Add  []string `yaml:"add,omitempty"`
	Drop []string `yaml:"drop,omitempty"`
}

type ContainerSecurity struct {
	Profile      string                `yaml:"profile,omitempty" enum:"restricted|privileged"`
	Capabilities ContainerCapabilities `yaml:"capabilities,omitempty"`
}

type ContainerNetwork struct {
	Mode string `yaml:"mode,omitempty" enum:"none|host"`
}

type ContainerResourceLimits struct {
	CPU    string `yaml:"cpu,omitempty"`
	Memory string `yaml:"memory,omitempty"`
}

type ContainerResources struct {
	Limits ContainerResourceLimits `yaml:"limits,omitempty"`
}

type ContainerDependsOn struct {
	Paths      []string `yaml:"paths,omitempty"`
	Networks   []string `yaml:"networks,omitempty" enum:"addresses|connectivity|hostname|etcfiles"`
	Time       *bool    `yaml:"time,omitempty"`
	Containers []string `yaml:"containers,omitempty"`
}

type ExtensionServiceConfig struct {
	Name        string       `yaml:"name,omitempty" required:"true"`
	ConfigFiles []ConfigFile `yaml:"configFiles,omitempty" merge:"mountPath"`
	Environment []string     `yaml:"environment,omitempty"`
}

type ConfigFile struct {
	Content   string `yaml:"content,omitempty"`
	MountPath string `yaml:"mountPath,omitempty"`
}
