package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// BondConfig joins links into one. Settings without a word here are those of the
// kernel's bonding driver.
type BondConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Address of the link; default that of the first one.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Links to join, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// How traffic is spread.
	BondMode        string       `yaml:"bondMode,omitempty" required:"true" enum:"balance-rr|active-backup|balance-xor|broadcast|802.3ad|balance-tlb|balance-alb"`
	MIIMon          uint32       `yaml:"miimon,omitempty"`
	UpDelay         uint32       `yaml:"updelay,omitempty"`
	DownDelay       uint32       `yaml:"downdelay,omitempty"`
	UseCarrier      *bool        `yaml:"useCarrier,omitempty"`
	XmitHashPolicy  string       `yaml:"xmitHashPolicy,omitempty" enum:"layer2|layer3+4|layer2+3|encap2+3|encap3+4"`
	ARPInterval     uint32       `yaml:"arpInterval,omitempty"`
	ARPIPTargets    []netip.Addr `yaml:"arpIpTargets,omitempty"`
	NSIP6Targets    []netip.Addr `yaml:"nsIp6Targets,omitempty"`
	ARPValidate     string       `yaml:"arpValidate,omitempty" enum:"none|active|backup|all|filter|filter-active|filter-backup"`
	ARPAllTargets   string       `yaml:"arpAllTargets,omitempty" enum:"any|all"`
	LACPRate        string       `yaml:"lacpRate,omitempty" enum:"slow|fast"`
	FailOverMAC     string       `yaml:"failOverMac,omitempty" enum:"none|active|follow"`
	ADSelect        string       `yaml:"adSelect,omitempty" enum:"stable|bandwidth|count"`
	ADActorSysPrio  uint16       `yaml:"adActorSysPrio,omitempty"`
	ADUserPortKey   uint16       `yaml:"adUserPortKey,omitempty"`
	ADLACPActive    string       `yaml:"adLACPActive,omitempty" enum:"on|off"`
	Primary         string       `yaml:"primary,omitempty"`
	PrimaryReselect string       `yaml:"primaryReselect,omitempty" enum:"always|better|failure"`
	ResendIGMP      uint32       `yaml:"resendIGMP,omitempty"`
	MinLinks        uint32       `yaml:"minLinks,omitempty"`
	LPInterval      uint32       `yaml:"lpInterval,omitempty"`
	PacketsPerSlave uint32       `yaml:"packetsPerSlave,omitempty"`
	NumPeerNotif    uint8        `yaml:"numPeerNotif,omitempty"`
	TLBLogicalLB    uint8        `yaml:"tlbLogicalLb,omitempty"`
	AllSlavesActive uint8        `yaml:"allSlavesActive,omitempty"`
	PeerNotifDelay  uint32       `yaml:"peerNotifDelay,omitempty"`
	MissedMax       uint8        `yaml:"missedMax,omitempty"`
	LinkSettings    `yaml:",inline"`
}

// AddressConfig is one address.
type AddressConfig struct {
	// In CIDR form.
	Address netip.Prefix `yaml:"address,omitempty" required:"true"`
	// Metric of the route to its network. Default 1024.
	RoutePriority uint32 `yaml:"routePriority,omitempty"`
}

// RouteConfig is one route.
type RouteConfig struct {
	// Left out for the default route.
	Destination netip.Prefix `yaml:"destination,omitempty"`
	// Next hop.
	Gateway netip.Addr `yaml:"gateway,omitempty"`
	// Address to send from.
	Source netip.Addr `yaml:"source,omitempty"`
	// Lower is preferred. Default 1024.
	Metric uint32 `yaml:"metric,omitempty"`
	// For this destination.
	MTU uint32 `yaml:"mtu,omitempty"`
	// Default main.
	Table value.RoutingTable `yaml:"table,omitempty"`
}

// BridgeConfig makes a switch.
type BridgeConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Address of the link.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Ports, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// Spanning tree protocol.
	STP BridgeSTPConfig `yaml:"stp,omitempty"`
	// VLANs on the switch.
	VLAN         BridgeVLANConfig `yaml:"vlan,omitempty"`
	LinkSettings `yaml:",inline"`
}

// BridgeSTPConfig is the spanning tree protocol.
type BridgeSTPConfig struct {
	// Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// BridgeVLANConfig makes the switch VLAN-aware.
type BridgeVLANConfig struct {
	// Default false.
	Filtering *bool `yaml:"filtering,omitempty"`
}

// DummyLinkConfig makes a link without hardware.
type DummyLinkConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Address of the link.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	LinkSettings `yaml:",inline"`
}

// LinkAliasConfig gives a second name to a link found by what it is.
type LinkAliasConfig struct {
	// The alias; with %d in it all matching links get one each.
	Name string `yaml:"name,omitempty" required:"true"`
	// Which links.
	Selector LinkSelector `yaml:"selector,omitempty"`
}

// LinkSelector matches links.
type LinkSelector struct {
	// CEL expression on link.
	Match value.Expression `yaml:"match,omitempty"`
}

// LinkConfig configures a link the hardware has.
type LinkConfig struct {
	// Of the link, or an alias of it.
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// LinkSettings are settings every kind of link has.
type LinkSettings struct {
	// Default true.
	Up *bool `yaml:"up,omitempty"`
	// In bytes; zero is the driver's.
	MTU uint32 `yaml:"mtu,omitempty"`
	// Besides those from DHCP.
	Addresses []AddressConfig `yaml:"addresses,omitempty"`
	// Out of this link.
	Routes []RouteConfig `yaml:"routes,omitempty"`
	// Left out: as the driver has it.
	Multicast *bool `yaml:"multicast,omitempty"`
}

// VLANConfig makes a VLAN on another link.
type VLANConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// From 1 to 4094.
	VLANID uint16 `yaml:"vlanID,omitempty" required:"true"`
	// Default 802.1q.
	VLANMode string `yaml:"vlanMode,omitempty" enum:"802.1q|802.1ad"`
	// Link below, by name or alias.
	Parent       string `yaml:"parent,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VRFConfig makes a routing domain of its own.
type VRFConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Address of the link.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Members, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// Routing table of the domain.
	Table        value.RoutingTable `yaml:"table,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VethConfig makes a pair of connected links.
type VethConfig struct {
	// Of the first one.
	Name string `yaml:"name,omitempty" required:"true"`
	// The second one.
	Peer         VethPeerConfig `yaml:"peer,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VethPeerConfig is the other end of a pair.
type VethPeerConfig struct {
	// Of the link.
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// WireguardConfig makes a WireGuard tunnel.
type WireguardConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// In base64.
	PrivateKey string `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	// Zero is any.
	ListenPort int `yaml:"listenPort,omitempty"`
	// Mark of the packets it sends.
	FirewallMark int `yaml:"firewallMark,omitempty"`
	// Who may connect, or is connected to.
	Peers        []WireguardPeer `yaml:"peers,omitempty"`
	LinkSettings `yaml:",inline"`
}

// WireguardPeer is the other end.
type WireguardPeer struct {
	// In base64.
	PublicKey string `yaml:"publicKey,omitempty" required:"true"`
	// A further secret in base64.
	PresharedKey string `yaml:"presharedKey,omitempty" secret:"true"`
	// Left out for one that calls us.
	Endpoint netip.AddrPort `yaml:"endpoint,omitempty"`
	// Keeps a NAT open. Default off.
	PersistentKeepaliveInterval time.Duration `yaml:"persistentKeepaliveInterval,omitempty"`
	// Networks behind it.
	AllowedIPs []netip.Prefix `yaml:"allowedIPs,omitempty"`
}
