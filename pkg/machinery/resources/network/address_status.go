package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AddressStatusSpec is an address that the kernel has.
type AddressStatusSpec struct {
	Address   netip.Prefix         `yaml:"address" protobuf:"1"`
	Local     netip.Addr           `yaml:"local,omitempty" protobuf:"2"`
	Broadcast netip.Addr           `yaml:"broadcast,omitempty" protobuf:"3"`
	Anycast   netip.Addr           `yaml:"anycast,omitempty" protobuf:"4"`
	Multicast netip.Addr           `yaml:"multicast,omitempty" protobuf:"5"`
	LinkIndex uint32               `yaml:"linkIndex" protobuf:"6"`
	LinkName  string               `yaml:"linkName" protobuf:"7"`
	Family    netenum.Family       `yaml:"family" protobuf:"8"`
	Scope     netenum.Scope        `yaml:"scope" protobuf:"9"`
	Flags     netenum.AddressFlags `yaml:"flags" protobuf:"10"`
	Priority  uint32               `yaml:"priority" protobuf:"11"`
}

// AddressStatuses have link and prefix as ID. Addresses the node only knows of are on the link
// "external".
var AddressStatuses = resource.Define[AddressStatusSpec](Kinds, resource.Definition{
	Type: "AddressStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"address", "addresses"},
	Columns: []resource.Column{{Name: "Address", JSONPath: "{.address}"}, {Name: "Link", JSONPath: "{.linkName}"}},
})
