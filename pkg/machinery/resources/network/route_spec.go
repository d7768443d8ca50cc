package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RouteSpec asks for a route. An invalid Destination is the default route, an invalid Gateway a
// connected one. Priority is the metric; MTU zero is the link's.
type RouteSpec struct {
	Family      netenum.Family        `yaml:"family" protobuf:"1"`
	Destination netip.Prefix          `yaml:"dst" protobuf:"2"`
	Source      netip.Addr            `yaml:"src" protobuf:"3"`
	Gateway     netip.Addr            `yaml:"gateway" protobuf:"4"`
	OutLinkName string                `yaml:"outLinkName,omitempty" protobuf:"5"`
	Table       netenum.RoutingTable  `yaml:"table" protobuf:"6"`
	Priority    uint32                `yaml:"priority,omitempty" protobuf:"7"`
	Scope       netenum.Scope         `yaml:"scope" protobuf:"8"`
	Type        netenum.RouteType     `yaml:"type" protobuf:"9"`
	Flags       netenum.RouteFlags    `yaml:"flags" protobuf:"10"`
	Protocol    netenum.RouteProtocol `yaml:"protocol" protobuf:"11"`
	ConfigLayer ConfigLayer           `yaml:"layer" protobuf:"12"`
	MTU         uint32                `yaml:"mtu,omitempty" protobuf:"13"`
	NextHops    []RouteNextHop        `yaml:"nextHops,omitempty" protobuf:"14"`
}

// RouteNextHop is one of several ways; traffic is shared out by Weight.
type RouteNextHop struct {
	Gateway     netip.Addr `yaml:"gateway" protobuf:"1"`
	OutLinkName string     `yaml:"outLinkName,omitempty" protobuf:"2"`
	Weight      uint32     `yaml:"weight,omitempty" protobuf:"3"`
}

// RouteSpecs have "<family>/<gateway>/<destination>/<priority>" as ID, with the out link before it
// for IPv6 and the table before that unless it is main. In the namespace network-config the layer
// comes first.
var RouteSpecs = resource.Define[RouteSpec](Kinds, resource.Definition{
	Type: "RouteSpecs.net.talos.dev", Namespace: "network",
})
