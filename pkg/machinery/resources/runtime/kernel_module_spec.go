package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KernelModuleSpec struct {
	Name       string   `yaml:"string" protobuf:"1"`
	Parameters []string `yaml:"parameters" protobuf:"2"`
}

var KernelModuleSpecs = resource.Define[KernelModuleSpec](Kinds, resource.Definition{
	Type: "KernelModuleSpecs.runtime.talos.dev", Namespace: "runtime",
})
