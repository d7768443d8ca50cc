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
	// Routing domain it belongs to.
	VRF string `yaml:"vrf,omitempty"`
	// Our number.
	LocalASN uint32 `yaml:"localASN,omitempty" required:"true"`
	// Our identity; default an address of the machine.
	RouterID netip.Addr `yaml:"routerID,omitempty"`
	// Address that learnt routes send from.
	RouteSource netip.Addr `yaml:"routeSource,omitempty"`
	// Networks or links to tell neighbours.
	Advertise []string `yaml:"advertise,omitempty" merge:"replace"`
	// True uses several equal routes.
	Multipath *bool `yaml:"multipath,omitempty"`
	// How many.
	MaxPaths uint8 `yaml:"maxPaths,omitempty"`
	// True puts learnt routes into the kernel.
	InstallRoutes *bool `yaml:"installRoutes,omitempty"`
	// Routes of other instances to take over.
	ImportRoutes []BGPImportRoute `yaml:"importRoutes,omitempty" merge:"replace"`
	// Whom to speak to.
	Neighbors []BGPNeighborConfig `yaml:"neighbors,omitempty" merge:"replace"`
}

// BGPImportRoute takes over routes of another instance.
type BGPImportRoute struct {
	// Its name.
	BGPInstance string `yaml:"bgpInstance,omitempty" required:"true"`
	// Networks to take.
	Prefixes []netip.Prefix `yaml:"prefixes,omitempty" required:"true"`
}

// BGPBFDConfig detects a dead path within a second.
type BGPBFDConfig struct {
	// Between packets sent.
	TransmitInterval time.Duration `yaml:"transmitInterval,omitempty"`
	// Expected between packets received.
	ReceiveInterval time.Duration `yaml:"receiveInterval,omitempty"`
	// Missing packets that count as down.
	DetectMultiplier uint8 `yaml:"detectMultiplier,omitempty"`
}

// BGPNeighborConfig is one neighbour.
type BGPNeighborConfig struct {
	// Its address.
	Address netip.Addr `yaml:"address,omitempty"`
	// Link to find it on, instead of an address.
	Link string `yaml:"link,omitempty"`
	// Its number.
	PeerASN uint32 `yaml:"peerASN,omitempty"`
	// Our number towards it, if another.
	LocalASN uint32 `yaml:"localASN,omitempty"`
	// True waits for it to connect.
	Passive *bool `yaml:"passive,omitempty"`
	// Silence after which it is down.
	HoldTime time.Duration `yaml:"holdTime,omitempty"`
	// Finds out faster.
	BFD *BGPBFDConfig `yaml:"bfd,omitempty"`
}

// BlackholeRouteConfig drops what goes to a network.
type BlackholeRouteConfig struct {
	// The network.
	Name string `yaml:"name,omitempty" required:"true"`
	// Lower is preferred.
	Metric uint32 `yaml:"metric,omitempty"`
}

// RoutingRuleConfig chooses a routing table by what a packet is.
type RoutingRuleConfig struct {
	// Priority of the rule.
	Name string `yaml:"name,omitempty" required:"true"`
	// From.
	Src netip.Prefix `yaml:"src,omitempty"`
	// To.
	Dst netip.Prefix `yaml:"dst,omitempty"`
	// Which table.
	Table value.RoutingTable `yaml:"table,omitempty" required:"true"`
	// Default unicast.
	Action string `yaml:"action,omitempty" enum:"unspec|unicast|blackhole|unreachable|prohibit"`
	// Link it came in by.
	IifName string `yaml:"iifName,omitempty"`
	// Link of the socket.
	OifName string `yaml:"oifName,omitempty"`
	// Mark of the packet.
	FwMark uint32 `yaml:"fwMark,omitempty"`
	// Bits of the mark to compare.
	FwMask uint32 `yaml:"fwMask,omitempty"`
}
