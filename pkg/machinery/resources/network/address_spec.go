package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AddressSpec asks for an address on a link. Priority is the metric of the route that comes with
// it. AnnounceWithARP tells neighbours that the address moved here.
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

// AddressSpecs have link and prefix as ID, as in "eth0/10.0.0.5/24"; in the namespace
// network-config, with the layer before it.
var AddressSpecs = resource.Define[AddressSpec](Kinds, resource.Definition{
	Type: "AddressSpecs.net.talos.dev", Namespace: "network",
})
