package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// HardwareAddrSpec is a link's hardware address.
type HardwareAddrSpec struct {
	Name         string               `yaml:"name" protobuf:"1"`
	HardwareAddr netenum.HardwareAddr `yaml:"hardwareAddr" protobuf:"2"`
}

// HardwareAddresses has one resource, FirstHardwareAddr: the lowest address of a physical link.
var HardwareAddresses = resource.Define[HardwareAddrSpec](Kinds, resource.Definition{
	Type: "HardwareAddresses.net.talos.dev", Namespace: "network",
})
