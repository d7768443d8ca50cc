package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type HardwareAddrSpec struct {
	Name         string               `yaml:"name" protobuf:"1"`
	HardwareAddr netenum.HardwareAddr `yaml:"hardwareAddr" protobuf:"2"`
}

var HardwareAddresses = resource.Define[HardwareAddrSpec](Kinds, resource.Definition{
	Type: "HardwareAddresses.net.talos.dev", Namespace: "network",
})
