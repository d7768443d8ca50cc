package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KernelParamSpec struct {
	Value        string `yaml:"value" protobuf:"1"`
	IgnoreErrors bool   `yaml:"ignoreErrors" protobuf:"2"`
}

var KernelParamSpecs = resource.Define[KernelParamSpec](Kinds, resource.Definition{
	Type: "KernelParamSpecs.runtime.talos.dev", Namespace: "runtime",
})
