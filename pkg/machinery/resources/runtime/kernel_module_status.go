package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelModuleStatusSpec is a module in the kernel; Size is bytes.
type KernelModuleStatusSpec struct {
	Type           KernelModuleType  `yaml:"type" protobuf:"1"`
	Size           int               `yaml:"size" protobuf:"2"`
	ReferenceCount int               `yaml:"referenceCount" protobuf:"3"`
	Dependencies   []string          `yaml:"dependencies,omitempty" protobuf:"4"`
	State          KernelModuleState `yaml:"state" protobuf:"5"`
	Address        string            `yaml:"address" protobuf:"6"`
}

// KernelModuleStatuses have the module's name as ID.
var KernelModuleStatuses = resource.Define[KernelModuleStatusSpec](Kinds, resource.Definition{
	Type: "KernelModuleStatuses.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"module", "modules"},
	Columns: []resource.Column{{Name: "Type", JSONPath: "{.type}"}, {Name: "State", JSONPath: "{.state}"}},
})
