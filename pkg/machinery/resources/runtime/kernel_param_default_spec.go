package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelParamDefaultSpecs are what the system itself asks for, with IDs as in KernelParamSpecs,
// which win over them.
var KernelParamDefaultSpecs = resource.Define[KernelParamSpec](Kinds, resource.Definition{
	Type: "KernelParamDefaultSpecs.runtime.talos.dev", Namespace: "runtime",
})
