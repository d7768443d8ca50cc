package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RoutingRuleSpec asks for a rule that chooses a routing table. Rules of a lower Priority are asked
// first.
type RoutingRuleSpec struct {
	Family      netenum.Family            `yaml:"family" protobuf:"1"`
	Src         netip.Prefix              `yaml:"src" protobuf:"2"`
	Dst         netip.Prefix              `yaml:"dst" protobuf:"3"`
	Table       netenum.RoutingTable      `yaml:"table" protobuf:"4"`
	Priority    uint32                    `yaml:"priority" protobuf:"5"`
	Action      netenum.RoutingRuleAction `yaml:"action" protobuf:"6"`
	IIFName     string                    `yaml:"iifName,omitempty" protobuf:"7"`
	OIFName     string                    `yaml:"oifName,omitempty" protobuf:"8"`
	FwMark      uint32                    `yaml:"fwMark,omitempty" protobuf:"9"`
	FwMask      uint32                    `yaml:"fwMask,omitempty" protobuf:"10"`
	ConfigLayer ConfigLayer               `yaml:"layer" protobuf:"11"`
}

// RoutingRuleSpecs have family and priority as ID, as in "inet4/00100"; in the namespace
// network-config, with the layer before it.
var RoutingRuleSpecs = resource.Define[RoutingRuleSpec](Kinds, resource.Definition{
	Type: "RoutingRuleSpecs.net.talos.dev", Namespace: "network",
})
