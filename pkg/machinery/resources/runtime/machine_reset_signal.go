package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MachineResetSignalSpec has no fields: that the resource is there is the message.
type MachineResetSignalSpec struct {
}

// MachineResetSignals has one resource, MachineResetSignalID, from the moment a reset is under way.
var MachineResetSignals = resource.Define[MachineResetSignalSpec](Kinds, resource.Definition{
	Type: "MachineResetSignals.runtime.talos.dev", Namespace: "runtime",
})
