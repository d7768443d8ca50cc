package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type PCRStatusSpec struct {
}

var PCRStatuses = resource.Define[PCRStatusSpec](Kinds, resource.Definition{
	Type: "PCRStatuses.hardware.talos.dev", Namespace: "hardware",
})
