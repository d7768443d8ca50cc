package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// PCRStatusSpec has no fields: that a register was extended is the message.
type PCRStatusSpec struct {
}

// PCRStatuses are one per platform configuration register of the TPM.
var PCRStatuses = resource.Define[PCRStatusSpec](Kinds, resource.Definition{
	Type: "PCRStatuses.hardware.talos.dev", Namespace: "hardware",
})
