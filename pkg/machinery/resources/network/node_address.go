package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeAddressSpec are addresses of the node, in the order of SortAlgorithm.
type NodeAddressSpec struct {
	Addresses     []netip.Prefix               `yaml:"addresses" protobuf:"1"`
	SortAlgorithm netenum.AddressSortAlgorithm `yaml:"sortAlgorithm" protobuf:"2"`
}

// NodeAddresses are the default one (NodeAddressDefaultID), all now (NodeAddressCurrentID), those
// that other machines can route to (NodeAddressRoutedID) and all since boot
// (NodeAddressAccumulativeID); with a filter as "<kind>-<filter>".
var NodeAddresses = resource.Define[NodeAddressSpec](Kinds, resource.Definition{
	Type: "NodeAddresses.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Addresses", JSONPath: "{.addresses}"}, {Name: "SortAlgorithm", JSONPath: "{.sortAlgorithm}"}},
})
