package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AcquireConfigStatusSpec struct {
}

var AcquireConfigStatuses = resource.Define[AcquireConfigStatusSpec](Kinds, resource.Definition{
	Type: "AcquireConfigStatuses.v1alpha1.talos.dev", Namespace: "runtime",
})
