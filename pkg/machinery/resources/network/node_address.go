package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type NodeAddressSpec struct {
	Addresses     []netip.Prefix               `yaml:"addresses" protobuf:"1"`
	SortAlgorithm netenum.AddressSortAlgorithm `yaml:"sortAlgorithm" protobuf:"2"`
}

var NodeAddresses = resource.Define[NodeAddressSpec](Kinds, resource.Definition{
	Type: "NodeAddresses.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Addresses", JSONPath: "{.addresses}"}, {Name: "SortAlgorithm", JSONPath: "{.sortAlgorithm}"}},
})
