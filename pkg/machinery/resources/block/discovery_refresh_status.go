package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DiscoveryRefreshStatusSpec struct {
	Request int `yaml:"request" protobuf:"1"`
}

var DiscoveryRefreshStatuses = resource.Define[DiscoveryRefreshStatusSpec](Kinds, resource.Definition{
	Type: "DiscoveryRefreshStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Request", JSONPath: "{.request}"}},
})
