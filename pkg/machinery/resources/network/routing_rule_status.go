package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RoutingRuleStatusSpec is a routing rule that the kernel has.
type RoutingRuleStatusSpec struct {
	Family   netenum.Family            `yaml:"family" protobuf:"1"`
	Src      netip.Prefix              `yaml:"src" protobuf:"2"`
	Dst      netip.Prefix              `yaml:"dst" protobuf:"3"`
	Table    netenum.RoutingTable      `yaml:"table" protobuf:"4"`
	Priority uint32                    `yaml:"priority" protobuf:"5"`
	Action   netenum.RoutingRuleAction `yaml:"action" protobuf:"6"`
	IIFName  string                    `yaml:"iifName,omitempty" protobuf:"7"`
	OIFName  string                    `yaml:"oifName,omitempty" protobuf:"8"`
	FwMark   uint32                    `yaml:"fwMark,omitempty" protobuf:"9"`
	FwMask   uint32                    `yaml:"fwMask,omitempty" protobuf:"10"`
}

// RoutingRuleStatuses have IDs as RoutingRuleSpecs do.
var RoutingRuleStatuses = resource.Define[RoutingRuleStatusSpec](Kinds, resource.Definition{
	Type: "RoutingRuleStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"routingrule", "routingrules"},
	Columns: []resource.Column{{Name: "Src", JSONPath: "{.src}"}, {Name: "Dst", JSONPath: "{.dst}"}, {Name: "Table", JSONPath: "{.table}"}, {Name: "Priority", JSONPath: "{.priority}"}},
})
