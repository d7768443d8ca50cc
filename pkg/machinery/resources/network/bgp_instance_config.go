package network

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// BGPInstanceConfigSpec asks for a BGP speaker. Zero values leave the protocol's defaults.
type BGPInstanceConfigSpec struct {
	LocalASN       uint32                  `yaml:"localASN" protobuf:"1"`
	RouterID       netip.Addr              `yaml:"routerID,omitempty" protobuf:"2"`
	RouteSource    netip.Addr              `yaml:"routeSource,omitempty" protobuf:"3"`
	AdvertiseLinks []string                `yaml:"advertiseLinks,omitempty" protobuf:"4"`
	Multipath      bool                    `yaml:"multipath,omitempty" protobuf:"5"`
	MaxPaths       uint32                  `yaml:"maxPaths,omitempty" protobuf:"6"`
	Neighbors      []BGPNeighborConfigSpec `yaml:"neighbors,omitempty" protobuf:"7"`
	VRF            string                  `yaml:"vrf,omitempty" protobuf:"8"`
	VRFTable       netenum.RoutingTable    `yaml:"vrfTable,omitempty" protobuf:"9"`
	ImportRoutes   []BGPImportRouteSpec    `yaml:"importRoutes,omitempty" protobuf:"10"`
	InstallRoutes  bool                    `yaml:"installRoutes" protobuf:"11"`
}

// BGPNeighborConfigSpec is a neighbour: by Address, or unnumbered on Link. PeerASN zero takes any
// external one.
type BGPNeighborConfigSpec struct {
	Address  netip.Addr        `yaml:"address,omitempty" protobuf:"1"`
	Link     string            `yaml:"link,omitempty" protobuf:"2"`
	PeerASN  uint32            `yaml:"peerASN,omitempty" protobuf:"3"`
	HoldTime time.Duration     `yaml:"holdTime,omitempty" protobuf:"4"`
	BFD      *BGPBFDConfigSpec `yaml:"bfd,omitempty" protobuf:"5"`
	LocalASN uint32            `yaml:"localASN,omitempty" protobuf:"6"`
	Passive  bool              `yaml:"passive,omitempty" protobuf:"7"`
}

// BGPBFDConfigSpec asks for the failure of a neighbour to be noticed by BFD.
type BGPBFDConfigSpec struct {
	TransmitInterval time.Duration `yaml:"transmitInterval,omitempty" protobuf:"1"`
	ReceiveInterval  time.Duration `yaml:"receiveInterval,omitempty" protobuf:"2"`
	DetectMultiplier uint32        `yaml:"detectMultiplier,omitempty" protobuf:"3"`
}

// BGPImportRouteSpec takes routes over from another instance.
type BGPImportRouteSpec struct {
	BGPInstance string         `yaml:"bgpInstance" protobuf:"1"`
	Prefixes    []netip.Prefix `yaml:"prefixes" protobuf:"2"`
}

// BGPInstanceConfigs have the instance's name as ID, written from the machine config.
var BGPInstanceConfigs = resource.Define[BGPInstanceConfigSpec](Kinds, resource.Definition{
	Type: "BGPInstanceConfigs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Local ASN", JSONPath: "{.localASN}"}, {Name: "Router ID", JSONPath: "{.routerID}"}, {Name: "VRF", JSONPath: "{.vrf}"}, {Name: "Neighbors", JSONPath: "{.neighbors}"}},
})
