package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AcquireConfigSpec struct {
}

var AcquireConfigSpecs = resource.Define[AcquireConfigSpec](Kinds, resource.Definition{
	Type: "AcquireConfigSpecs.v1alpha1.talos.dev", Namespace: "runtime",
})
