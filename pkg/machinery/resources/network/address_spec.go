package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AddressSpec struct {
	Address         netip.Prefix         `yaml:"address" protobuf:"1"`
	LinkName        string               `yaml:"linkName" protobuf:"2"`
	Family          netenum.Family       `yaml:"family" protobuf:"3"`
	Scope           netenum.Scope        `yaml:"scope" protobuf:"4"`
	Flags           netenum.AddressFlags `yaml:"flags" protobuf:"5"`
	AnnounceWithARP bool                 `yaml:"announceWithARP,omitempty" protobuf:"6"`
	Priority        uint32               `yaml:"priority,omitempty" protobuf:"8"`
	ConfigLayer     ConfigLayer          `yaml:"layer" protobuf:"7"`
}

var AddressSpecs = resource.Define[AddressSpec](Kinds, resource.Definition{
	Type: "AddressSpecs.net.talos.dev", Namespace: "network",
})
