package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeAddressSortAlgorithmSpec says how lists of node addresses are ordered.
type NodeAddressSortAlgorithmSpec struct {
	Algorithm netenum.AddressSortAlgorithm `yaml:"algorithm" protobuf:"1"`
}

// NodeAddressSortAlgorithms has one resource, NodeAddressSortAlgorithmID.
var NodeAddressSortAlgorithms = resource.Define[NodeAddressSortAlgorithmSpec](Kinds, resource.Definition{
	Type: "NodeAddressSortAlgorithms.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Algorithm", JSONPath: "{.algorithm}"}},
})
