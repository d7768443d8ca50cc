package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiscoveredVolumesStatusSpec says whether all devices of this boot were probed at least once:
// before that, a missing volume is not known to be missing.
type DiscoveredVolumesStatusSpec struct {
	Ready bool `yaml:"ready" protobuf:"1"`
}

// DiscoveredVolumesStatuses has one resource, DiscoveredVolumesStatusID.
var DiscoveredVolumesStatuses = resource.Define[DiscoveredVolumesStatusSpec](Kinds, resource.Definition{
	Type: "DiscoveredVolumesStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
