package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeLifecycleSpec has no fields: that the resource is there is the message.
type VolumeLifecycleSpec struct {
}

// VolumeLifecycles has one resource, VolumeLifecycleID. When it is torn down, all volumes are
// unmounted and closed; its last finalizer goes when they are.
var VolumeLifecycles = resource.Define[VolumeLifecycleSpec](Kinds, resource.Definition{
	Type: "VolumeLifecycles.block.talos.dev", Namespace: "runtime",
})
