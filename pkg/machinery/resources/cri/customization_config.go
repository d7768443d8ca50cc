package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// CustomizationConfigSpec is TOML that goes after containerd's own configuration.
type CustomizationConfigSpec struct {
	Content string `yaml:"content" protobuf:"1"`
}

// CustomizationConfigs have the file's name as ID; they are read in its order.
var CustomizationConfigs = resource.Define[CustomizationConfigSpec](Kinds, resource.Definition{
	Type: "CustomizationConfigs.cri.talos.dev", Namespace: "cri",
	Sensitive: true,
})
