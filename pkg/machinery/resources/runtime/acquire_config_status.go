package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AcquireConfigStatusSpec has no fields: the resource is there when all sources of a config were
// looked at.
type AcquireConfigStatusSpec struct {
}

// AcquireConfigStatuses has one resource at most.
var AcquireConfigStatuses = resource.Define[AcquireConfigStatusSpec](Kinds, resource.Definition{
	Type: "AcquireConfigStatuses.v1alpha1.talos.dev", Namespace: "runtime",
})
