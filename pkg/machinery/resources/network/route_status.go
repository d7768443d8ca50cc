package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RouteStatusSpec is a route that the kernel has.
type RouteStatusSpec struct {
	Family       netenum.Family        `yaml:"family" protobuf:"1"`
	Destination  netip.Prefix          `yaml:"dst" protobuf:"2"`
	Source       netip.Addr            `yaml:"src" protobuf:"3"`
	Gateway      netip.Addr            `yaml:"gateway" protobuf:"4"`
	OutLinkIndex uint32                `yaml:"outLinkIndex,omitempty" protobuf:"5"`
	OutLinkName  string                `yaml:"outLinkName,omitempty" protobuf:"6"`
	Table        netenum.RoutingTable  `yaml:"table" protobuf:"7"`
	Priority     uint32                `yaml:"priority" protobuf:"8"`
	Scope        netenum.Scope         `yaml:"scope" protobuf:"9"`
	Type         netenum.RouteType     `yaml:"type" protobuf:"10"`
	Flags        netenum.RouteFlags    `yaml:"flags" protobuf:"11"`
	Protocol     netenum.RouteProtocol `yaml:"protocol" protobuf:"12"`
	MTU          uint32                `yaml:"mtu,omitempty" protobuf:"13"`
	NextHops     []RouteNextHop        `yaml:"nextHops,omitempty" protobuf:"14"`
}

// RouteStatuses have IDs as RouteSpecs do.
var RouteStatuses = resource.Define[RouteStatusSpec](Kinds, resource.Definition{
	Type: "RouteStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"route", "routes"},
	Columns: []resource.Column{{Name: "Destination", JSONPath: "{.dst}"}, {Name: "Gateway", JSONPath: "{.gateway}"}, {Name: "Link", JSONPath: "{.outLinkName}"}, {Name: "Metric", JSONPath: "{.priority}"}},
})
