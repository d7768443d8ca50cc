package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type BGPInstanceConfig struct {
	Name          string              `yaml:"name,omitempty" required:"true"`
	VRF           string              `yaml:"vrf,omitempty"`
	LocalASN      uint32              `yaml:"localASN,omitempty" required:"true"`
	RouterID      netip.Addr          `yaml:"routerID,omitempty"`
	RouteSource   netip.Addr          `yaml:"routeSource,omitempty"`
	Advertise     []string            `yaml:"advertise,omitempty" merge:"replace"`
	Multipath     *bool               `yaml:"multipath,omitempty"`
	MaxPaths      uint8               `yaml:"maxPaths,omitempty"`
	InstallRoutes *bool               `yaml:"installRoutes,omitempty"`
	ImportRoutes  []BGPImportRoute    `yaml:"importRoutes,omitempty" merge:"replace"`
	Neighbors     []BGPNeighborConfig `yaml:"neighbors,omitempty" merge:"replace"`
}

type BGPImportRoute struct {
	BGPInstance string         `yaml:"bgpInstance,omitempty" required:"true"`
	Prefixes    []netip.Prefix `yaml:"prefixes,omitempty" required:"true"`
}

type BGPBFDConfig struct {
	TransmitInterval time.Duration `yaml:"transmitInterval,omitempty"`
	ReceiveInterval  time.Duration `yaml:"receiveInterval,omitempty"`
	DetectMultiplier uint8         `yaml:"detectMultiplier,omitempty"`
}

type BGPNeighborConfig struct {
	Address  netip.Addr    `yaml:"address,omitempty"`
	Link     string        `yaml:"link,omitempty"`
	PeerASN  uint32        `yaml:"peerASN,omitempty"`
	LocalASN uint32        `yaml:"localASN,omitempty"`
	Passive  *bool         `yaml:"passive,omitempty"`
	HoldTime time.Duration `yaml:"holdTime,omitempty"`
	BFD      *BGPBFDConfig `yaml:"bfd,omitempty"`
}

type BlackholeRouteConfig struct {
	Name   string `yaml:"name,omitempty" required:"true"`
	Metric uint32 `yaml:"metric,omitempty"`
}

type RoutingRuleConfig struct {
	Name    string             `yaml:"name,omitempty" required:"true"`
	Src     netip.Prefix       `yaml:"src,omitempty"`
	Dst     netip.Prefix       `yaml:"dst,omitempty"`
	Table   value.RoutingTable `yaml:"table,omitempty" required:"true"`
	Action  string             `yaml:"action,omitempty" enum:"unspec|unicast|blackhole|unreachable|prohibit"`
	IifName string             `yaml:"iifName,omitempty"`
	OifName string             `yaml:"oifName,omitempty"`
	FwMark  uint32             `yaml:"fwMark,omitempty"`
	FwMask  uint32             `yaml:"fwMask,omitempty"`
}
