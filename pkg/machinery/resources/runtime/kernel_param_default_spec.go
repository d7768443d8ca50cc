package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

var KernelParamDefaultSpecs = resource.Define[KernelParamSpec](Kinds, resource.Definition{
	Type: "KernelParamDefaultSpecs.runtime.talos.dev", Namespace: "runtime",
})
