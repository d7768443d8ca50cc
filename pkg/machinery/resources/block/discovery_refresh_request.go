package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DiscoveryRefreshRequestSpec struct {
	Request int `yaml:"request" protobuf:"1"`
}

var DiscoveryRefreshRequests = resource.Define[DiscoveryRefreshRequestSpec](Kinds, resource.Definition{
	Type: "DiscoveryRefreshRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Request", JSONPath: "{.request}"}},
})
