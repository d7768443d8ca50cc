package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type BaseRuntimeSpecConfigSpec struct {
	Object map[string]any `yaml:",inline" protobuf:"1"`
}

var BaseRuntimeSpecConfigs = resource.Define[BaseRuntimeSpecConfigSpec](Kinds, resource.Definition{
	Type: "BaseRuntimeSpecConfigs.cri.talos.dev", Namespace: "cri",
})
