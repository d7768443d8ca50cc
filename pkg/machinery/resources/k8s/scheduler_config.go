package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SchedulerConfigSpec is how the scheduler runs; Config is a KubeSchedulerConfiguration as a tree.
type SchedulerConfigSpec struct {
	Enabled              bool                 `yaml:"enabled" protobuf:"1"`
	Image                string               `yaml:"image" protobuf:"2"`
	ExtraArgs            map[string]ArgValues `yaml:"extraArgs,omitempty" protobuf:"8"`
	Args                 []string             `yaml:"args,omitempty" protobuf:"9"`
	Config               map[string]any       `yaml:"config" protobuf:"7"`
	ExtraVolumes         []ExtraVolume        `yaml:"extraVolumes" protobuf:"4"`
	EnvironmentVariables map[string]string    `yaml:"environmentVariables" protobuf:"5"`
	Resources            Resources            `yaml:"resources" protobuf:"6"`
}

// SchedulerConfigs are what the machine config says (SchedulerConfigID) and the complete form
// (FinalSchedulerConfigID).
var SchedulerConfigs = resource.Define[SchedulerConfigSpec](Kinds, resource.Definition{
	Type: "SchedulerConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
