package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// LoadedKernelModuleSpec is a line of /proc/modules; Size is bytes.
type LoadedKernelModuleSpec struct {
	Size           int      `yaml:"size" protobuf:"1"`
	ReferenceCount int      `yaml:"referenceCount" protobuf:"2"`
	Dependencies   []string `yaml:"dependencies,omitempty" protobuf:"3"`
	State          string   `yaml:"state" protobuf:"4"`
	Address        string   `yaml:"address" protobuf:"5"`
}

// LoadedKernelModules have the module's name as ID.
var LoadedKernelModules = resource.Define[LoadedKernelModuleSpec](Kinds, resource.Definition{
	Type: "LoadedKernelModules.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "State", JSONPath: "{.state}"}},
})
