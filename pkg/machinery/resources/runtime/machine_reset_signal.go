package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MachineResetSignalSpec struct {
}

var MachineResetSignals = resource.Define[MachineResetSignalSpec](Kinds, resource.Definition{
	Type: "MachineResetSignals.runtime.talos.dev", Namespace: "runtime",
})
