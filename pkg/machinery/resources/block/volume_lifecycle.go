package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type VolumeLifecycleSpec struct {
}

var VolumeLifecycles = resource.Define[VolumeLifecycleSpec](Kinds, resource.Definition{
	Type: "VolumeLifecycles.block.talos.dev", Namespace: "runtime",
})
