package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// BaseRuntimeSpecConfigSpec is an OCI runtime specification, or a part of one, as a tree.
type BaseRuntimeSpecConfigSpec struct {
	Object map[string]any `yaml:",inline" protobuf:"1"`
}

// BaseRuntimeSpecConfigs are the specification all containers start from (BaseRuntimeSpecDefaultID)
// and what the config lays over it (BaseRuntimeSpecOverridesID).
var BaseRuntimeSpecConfigs = resource.Define[BaseRuntimeSpecConfigSpec](Kinds, resource.Definition{
	Type: "BaseRuntimeSpecConfigs.cri.talos.dev", Namespace: "cri",
})
