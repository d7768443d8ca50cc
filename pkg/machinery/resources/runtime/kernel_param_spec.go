package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelParamSpec asks for a kernel parameter to have a value. With IgnoreErrors, a kernel that
// does not have it is not worth a word.
type KernelParamSpec struct {
	Value        string `yaml:"value" protobuf:"1"`
	IgnoreErrors bool   `yaml:"ignoreErrors" protobuf:"2"`
}

// KernelParamSpecs have the path as ID: "proc.sys." or "sys." and the parameter's name with dots.
// Written from the machine config.
var KernelParamSpecs = resource.Define[KernelParamSpec](Kinds, resource.Definition{
	Type: "KernelParamSpecs.runtime.talos.dev", Namespace: "runtime",
})
