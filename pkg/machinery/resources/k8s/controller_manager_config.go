package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ControllerManagerConfigSpec is how the controller manager runs. Mask sizes are zero for
// Kubernetes' default.
type ControllerManagerConfigSpec struct {
	Enabled              bool                 `yaml:"enabled" protobuf:"1"`
	Image                string               `yaml:"image" protobuf:"2"`
	CloudProvider        string               `yaml:"cloudProvider" protobuf:"3"`
	PodCIDRs             []string             `yaml:"podCIDRs" protobuf:"4"`
	ServiceCIDRs         []string             `yaml:"serviceCIDRs" protobuf:"5"`
	ExtraArgs            map[string]ArgValues `yaml:"extraArgs,omitempty" protobuf:"10"`
	Args                 []string             `yaml:"args,omitempty" protobuf:"11"`
	ExtraVolumes         []ExtraVolume        `yaml:"extraVolumes" protobuf:"7"`
	EnvironmentVariables map[string]string    `yaml:"environmentVariables" protobuf:"8"`
	Resources            Resources            `yaml:"resources" protobuf:"9"`
	NodeCIDRMaskSizeIPv4 int                  `yaml:"nodeCIDRMaskSizeIPv4" protobuf:"12"`
	NodeCIDRMaskSizeIPv6 int                  `yaml:"nodeCIDRMaskSizeIPv6" protobuf:"13"`
}

// ControllerManagerConfigs are what the machine config says (ControllerManagerConfigID) and the
// complete form (FinalControllerManagerConfigID).
var ControllerManagerConfigs = resource.Define[ControllerManagerConfigSpec](Kinds, resource.Definition{
	Type: "ControllerManagerConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
