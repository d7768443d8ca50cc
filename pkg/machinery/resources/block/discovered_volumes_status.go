package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DiscoveredVolumesStatusSpec struct {
	Ready bool `yaml:"ready" protobuf:"1"`
}

var DiscoveredVolumesStatuses = resource.Define[DiscoveredVolumesStatusSpec](Kinds, resource.Definition{
	Type: "DiscoveredVolumesStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
