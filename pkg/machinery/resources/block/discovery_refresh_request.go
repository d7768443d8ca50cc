package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiscoveryRefreshRequestSpec asks for everything to be probed again, by a number higher than the
// last.
type DiscoveryRefreshRequestSpec struct {
	Request int `yaml:"request" protobuf:"1"`
}

// DiscoveryRefreshRequests has one resource, RefreshID.
var DiscoveryRefreshRequests = resource.Define[DiscoveryRefreshRequestSpec](Kinds, resource.Definition{
	Type: "DiscoveryRefreshRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Request", JSONPath: "{.request}"}},
})
