package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AcquireConfigSpec has no fields: while the resource is there, a machine config is looked for.
type AcquireConfigSpec struct {
}

// AcquireConfigSpecs has one resource at most.
var AcquireConfigSpecs = resource.Define[AcquireConfigSpec](Kinds, resource.Definition{
	Type: "AcquireConfigSpecs.v1alpha1.talos.dev", Namespace: "runtime",
})
