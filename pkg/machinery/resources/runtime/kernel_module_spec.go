package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelModuleSpec asks for a module to be loaded with parameters. Name is "string" in YAML, as
// clients know it.
type KernelModuleSpec struct {
	Name       string   `yaml:"string" protobuf:"1"`
	Parameters []string `yaml:"parameters" protobuf:"2"`
}

// KernelModuleSpecs have the module's name as ID.
var KernelModuleSpecs = resource.Define[KernelModuleSpec](Kinds, resource.Definition{
	Type: "KernelModuleSpecs.runtime.talos.dev", Namespace: "runtime",
})
