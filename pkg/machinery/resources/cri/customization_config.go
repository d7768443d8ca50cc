package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type CustomizationConfigSpec struct {
	Content string `yaml:"content" protobuf:"1"`
}

var CustomizationConfigs = resource.Define[CustomizationConfigSpec](Kinds, resource.Definition{
	Type: "CustomizationConfigs.cri.talos.dev", Namespace: "cri",
	Sensitive: true,
})
