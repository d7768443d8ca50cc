package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiscoveryRefreshStatusSpec has the number of the last request that was done.
type DiscoveryRefreshStatusSpec struct {
	Request int `yaml:"request" protobuf:"1"`
}

// DiscoveryRefreshStatuses has one resource, RefreshID.
var DiscoveryRefreshStatuses = resource.Define[DiscoveryRefreshStatusSpec](Kinds, resource.Definition{
	Type: "DiscoveryRefreshStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Request", JSONPath: "{.request}"}},
})
