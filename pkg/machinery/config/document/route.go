package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// BGPInstanceConfig speaks BGP.
type BGPInstanceConfig struct {
	// Tells instances apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Name of the VRFConfig whose routes it is about. Default: the main table.
	VRF string `yaml:"vrf,omitempty"`
	// Our autonomous system number.
	LocalASN uint32 `yaml:"localASN,omitempty" required:"true"`
	// Our identity, as an IPv4 address. Default: an address of the machine.
	RouterID netip.Addr `yaml:"routerID,omitempty"`
	// Address that traffic over learnt routes is sent from.
	RouteSource netip.Addr `yaml:"routeSource,omitempty"`
	// Networks or links to tell neighbours.
	Advertise []string `yaml:"advertise,omitempty" merge:"replace"`
	// True uses several equal routes. Default false.
	Multipath *bool `yaml:"multipath,omitempty"`
	// How many equal routes to use.
	MaxPaths uint8 `yaml:"maxPaths,omitempty"`
	// True puts learnt routes into the kernel. Default true.
	InstallRoutes *bool `yaml:"installRoutes,omitempty"`
	// Routes of other instances to take over.
	ImportRoutes []BGPImportRoute `yaml:"importRoutes,omitempty" merge:"replace"`
	// Routers to speak to.
	Neighbors []BGPNeighborConfig `yaml:"neighbors,omitempty" merge:"replace"`
}

// BGPImportRoute takes over routes of another instance.
type BGPImportRoute struct {
	// Name of the other instance.
	BGPInstance string `yaml:"bgpInstance,omitempty" required:"true"`
	// Networks to take, in CIDR form.
	Prefixes []netip.Prefix `yaml:"prefixes,omitempty" required:"true"`
}

// BGPBFDConfig detects a dead path within a second.
type BGPBFDConfig struct {
	// Time between packets sent.
	TransmitInterval time.Duration `yaml:"transmitInterval,omitempty"`
	// Time expected between packets received.
	ReceiveInterval time.Duration `yaml:"receiveInterval,omitempty"`
	// Number of missing packets that count as down.
	DetectMultiplier uint8 `yaml:"detectMultiplier,omitempty"`
}

// BGPNeighborConfig is one neighbour.
type BGPNeighborConfig struct {
	// IP address of the neighbour.
	Address netip.Addr `yaml:"address,omitempty"`
	// Link to find it on, instead of an address.
	Link string `yaml:"link,omitempty"`
	// Autonomous system number of the neighbour.
	PeerASN uint32 `yaml:"peerASN,omitempty"`
	// Our number towards it, where it differs from localASN above.
	LocalASN uint32 `yaml:"localASN,omitempty"`
	// True waits for the neighbour to connect. Default false.
	Passive *bool `yaml:"passive,omitempty"`
	// Silence after which the neighbour counts as down.
	HoldTime time.Duration `yaml:"holdTime,omitempty"`
	// Finds out about a dead path faster than hold time does.
	BFD *BGPBFDConfig `yaml:"bfd,omitempty"`
}

// BlackholeRouteConfig drops what goes to a network.
type BlackholeRouteConfig struct {
	// Network to drop, in CIDR form.
	Name string `yaml:"name,omitempty" required:"true"`
	// Metric of the route; lower is preferred.
	Metric uint32 `yaml:"metric,omitempty"`
}

// RoutingRuleConfig chooses a routing table by what a packet is.
type RoutingRuleConfig struct {
	// Priority of the rule, a number; lower is asked first.
	Name string `yaml:"name,omitempty" required:"true"`
	// Source network of the packets, in CIDR form. Default: any.
	Src netip.Prefix `yaml:"src,omitempty"`
	// Destination network of the packets, in CIDR form. Default: any.
	Dst netip.Prefix `yaml:"dst,omitempty"`
	// Routing table to use, by number or one of main, local, default.
	Table value.RoutingTable `yaml:"table,omitempty" required:"true"`
	// What to do with the packets. Default unicast: look up the table.
	Action string `yaml:"action,omitempty" enum:"unspec|unicast|blackhole|unreachable|prohibit"`
	// Link it came in by.
	IifName string `yaml:"iifName,omitempty"`
	// Link of the socket.
	OifName string `yaml:"oifName,omitempty"`
	// Mark of the packet.
	FwMark uint32 `yaml:"fwMark,omitempty"`
	// Bits of the mark to compare. Default: all.
	FwMask uint32 `yaml:"fwMask,omitempty"`
}
