package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeAddressFilterSpec keeps addresses in IncludeSubnets, if there are any, and not in
// ExcludeSubnets.
type NodeAddressFilterSpec struct {
	IncludeSubnets []netip.Prefix `yaml:"includeSubnets" protobuf:"1"`
	ExcludeSubnets []netip.Prefix `yaml:"excludeSubnets" protobuf:"2"`
}

// NodeAddressFilters have the filter's name as ID.
var NodeAddressFilters = resource.Define[NodeAddressFilterSpec](Kinds, resource.Definition{
	Type: "NodeAddressFilters.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Include Subnets", JSONPath: "{.includeSubnets}"}, {Name: "Exclude Subnets", JSONPath: "{.excludeSubnets}"}},
})
