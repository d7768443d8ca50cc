package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelParamStatusSpec is a parameter with the value from before it was set.
type KernelParamStatusSpec struct {
	Current     string `yaml:"current" protobuf:"1"`
	Default     string `yaml:"default" protobuf:"2"`
	Unsupported bool   `yaml:"unsupported" protobuf:"3"`
}

// KernelParamStatuses have IDs as KernelParamSpecs do.
var KernelParamStatuses = resource.Define[KernelParamStatusSpec](Kinds, resource.Definition{
	Type: "KernelParamStatuses.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"sysctls", "kernelparameters", "kernelparams"},
	Columns: []resource.Column{{Name: "Current", JSONPath: "{.current}"}, {Name: "Default", JSONPath: "{.default}"}, {Name: "Unsupported", JSONPath: "{.unsupported}"}},
})
