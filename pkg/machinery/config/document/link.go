package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// BondConfig joins links into one. Settings without a word here are those of the
// kernel's bonding driver.
type BondConfig struct {
	// Name of the bond, such as bond0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Hardware address of the bond. Default: that of the first link.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Links to join, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// How traffic is spread over the links. active-backup needs nothing of the switch,
	// 802.3ad needs LACP.
	BondMode string `yaml:"bondMode,omitempty" required:"true" enum:"balance-rr|active-backup|balance-xor|broadcast|802.3ad|balance-tlb|balance-alb"`
	// Milliseconds between checks of the links' carrier. Default 0: off.
	MIIMon uint32 `yaml:"miimon,omitempty"`
	// Milliseconds to wait after a link came up before it is used. A multiple of miimon.
	// Default 0.
	UpDelay uint32 `yaml:"updelay,omitempty"`
	// Milliseconds to wait after a link went down before it is given up. A multiple of
	// miimon. Default 0.
	DownDelay uint32 `yaml:"downdelay,omitempty"`
	// True takes the carrier state that the driver keeps, false asks the hardware. Default
	// true.
	UseCarrier *bool `yaml:"useCarrier,omitempty"`
	// What decides which link a packet takes, for balance-xor, 802.3ad and balance-tlb.
	// Default layer2.
	XmitHashPolicy string `yaml:"xmitHashPolicy,omitempty" enum:"layer2|layer3+4|layer2+3|encap2+3|encap3+4"`
	// Milliseconds between ARP checks of the links. Default 0: off. Excludes miimon.
	ARPInterval uint32 `yaml:"arpInterval,omitempty"`
	// IPv4 addresses to ask by ARP; up to 16.
	ARPIPTargets []netip.Addr `yaml:"arpIpTargets,omitempty"`
	// IPv6 addresses to ask by neighbour discovery; up to 16.
	NSIP6Targets []netip.Addr `yaml:"nsIp6Targets,omitempty"`
	// Which links' ARP traffic is checked to be ours. Default none.
	ARPValidate string `yaml:"arpValidate,omitempty" enum:"none|active|backup|all|filter|filter-active|filter-backup"`
	// Whether any or all targets have to answer for a link to be up. Default any.
	ARPAllTargets string `yaml:"arpAllTargets,omitempty" enum:"any|all"`
	// How often the partner is asked to send: slow is every 30 seconds, fast every second.
	// Default slow.
	LACPRate string `yaml:"lacpRate,omitempty" enum:"slow|fast"`
	// What happens to the hardware address on a change of link, for active-backup. Default
	// none: all links have the same one.
	FailOverMAC string `yaml:"failOverMac,omitempty" enum:"none|active|follow"`
	// Which group of links carries traffic, for 802.3ad: stable keeps one while it works,
	// bandwidth and count take the best. Default stable.
	ADSelect string `yaml:"adSelect,omitempty" enum:"stable|bandwidth|count"`
	// System priority of LACP, from 1 to 65535. Default 65535.
	ADActorSysPrio uint16 `yaml:"adActorSysPrio,omitempty" range:"1..65535"`
	// Upper 10 bits of the LACP port key. Default 0.
	ADUserPortKey uint16 `yaml:"adUserPortKey,omitempty" range:"0..1023"`
	// on sends LACP packets by itself, off only answers. Default on.
	ADLACPActive string `yaml:"adLACPActive,omitempty" enum:"on|off"`
	// Link to prefer while it is up, for active-backup, balance-tlb and balance-alb.
	Primary string `yaml:"primary,omitempty"`
	// When the primary link is taken again after it came back. Default always.
	PrimaryReselect string `yaml:"primaryReselect,omitempty" enum:"always|better|failure"`
	// Number of IGMP reports sent after a change of link, from 0 to 255. Default 1.
	ResendIGMP uint32 `yaml:"resendIGMP,omitempty" range:"0..255"`
	// Links that have to be up for the bond to be up, for 802.3ad. Default 0.
	MinLinks uint32 `yaml:"minLinks,omitempty"`
	// Seconds between learning packets, for balance-tlb and balance-alb. Default 1.
	LPInterval uint32 `yaml:"lpInterval,omitempty"`
	// Packets to send before the next link is taken, for balance-rr; 0 is random. Default 1.
	PacketsPerSlave uint32 `yaml:"packetsPerSlave,omitempty" range:"0..65535"`
	// Number of ARP and neighbour announcements after a change of link. Default 1.
	NumPeerNotif uint8 `yaml:"numPeerNotif,omitempty"`
	// The value 1 moves flows between links by load, for balance-tlb, 0 goes by hash only. Default 1.
	TLBLogicalLB uint8 `yaml:"tlbLogicalLb,omitempty" range:"0..1"`
	// The value 1 accepts duplicate packets from links not in use. Default 0.
	AllSlavesActive uint8 `yaml:"allSlavesActive,omitempty" range:"0..1"`
	// Milliseconds between announcements after a change of link. A multiple of miimon. Default 0.
	PeerNotifDelay uint32 `yaml:"peerNotifDelay,omitempty" range:"0..300000"`
	// Failed ARP checks in a row after which a link is down. Default 2.
	MissedMax    uint8 `yaml:"missedMax,omitempty" range:"1..255"`
	LinkSettings `yaml:",inline"`
}

// AddressConfig is one address.
type AddressConfig struct {
	// Address with prefix length, such as 192.168.0.10/24.
	Address netip.Prefix `yaml:"address,omitempty" required:"true"`
	// Metric of the route to its network. Default 1024.
	RoutePriority uint32 `yaml:"routePriority,omitempty"`
}

// RouteConfig is one route.
type RouteConfig struct {
	// Destination in CIDR form. Left out for the default route.
	Destination netip.Prefix `yaml:"destination,omitempty"`
	// Address of the next hop.
	Gateway netip.Addr `yaml:"gateway,omitempty"`
	// Address to send from.
	Source netip.Addr `yaml:"source,omitempty"`
	// Metric of the route; lower is preferred. Default 1024.
	Metric uint32 `yaml:"metric,omitempty"`
	// Largest packet to this destination, in bytes. Default: that of the link.
	MTU uint32 `yaml:"mtu,omitempty" range:"68..65536"`
	// Routing table, by number or one of main, local, default. Default main.
	Table value.RoutingTable `yaml:"table,omitempty"`
}

// BridgeConfig makes a switch.
type BridgeConfig struct {
	// Name of the bridge, such as br0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Hardware address of the bridge.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Ports, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// Spanning tree protocol.
	STP BridgeSTPConfig `yaml:"stp,omitempty"`
	// VLANs on the bridge.
	VLAN         BridgeVLANConfig `yaml:"vlan,omitempty"`
	LinkSettings `yaml:",inline"`
}

// BridgeSTPConfig is the spanning tree protocol.
type BridgeSTPConfig struct {
	// True breaks loops between bridges. Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// BridgeVLANConfig makes the switch VLAN-aware.
type BridgeVLANConfig struct {
	// True keeps VLANs on the bridge apart. Default false.
	Filtering *bool `yaml:"filtering,omitempty"`
}

// DummyLinkConfig makes a link without hardware.
type DummyLinkConfig struct {
	// Name of the link, such as dummy0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Hardware address of the link.
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
	// CEL expression on link that is true for the links meant.
	Match value.Expression `yaml:"match,omitempty"`
}

// LinkConfig configures a link the hardware has.
type LinkConfig struct {
	// Name of the link, such as eth0, or an alias of it.
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// LinkSettings are settings every kind of link has.
type LinkSettings struct {
	// False keeps the link down. Default true.
	Up *bool `yaml:"up,omitempty"`
	// Largest packet in bytes, such as 9000. Default 0: as the driver has it.
	MTU uint32 `yaml:"mtu,omitempty" range:"68..65536"`
	// Addresses, besides those from DHCP.
	Addresses []AddressConfig `yaml:"addresses,omitempty"`
	// Routes that go out of this link.
	Routes []RouteConfig `yaml:"routes,omitempty"`
	// True receives multicast. Default: as the driver has it.
	Multicast *bool `yaml:"multicast,omitempty"`
}

// VLANConfig makes a VLAN on another link.
type VLANConfig struct {
	// Name of the VLAN link, such as eth0.10.
	Name string `yaml:"name,omitempty" required:"true"`
	// VLAN number, from 1 to 4094.
	VLANID uint16 `yaml:"vlanID,omitempty" range:"1..4094" required:"true"`
	// Tag on the wire. Default 802.1q; 802.1ad is for VLANs within VLANs.
	VLANMode string `yaml:"vlanMode,omitempty" enum:"802.1q|802.1ad"`
	// Link below, by name or alias.
	Parent       string `yaml:"parent,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VRFConfig makes a routing domain of its own.
type VRFConfig struct {
	// Name of the link, such as vrf-blue.
	Name string `yaml:"name,omitempty" required:"true"`
	// Hardware address of the link.
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	// Member links, by name or alias.
	Links []string `yaml:"links,omitempty" required:"true"`
	// Routing table of the domain.
	Table        value.RoutingTable `yaml:"table,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VethConfig makes a pair of connected links.
type VethConfig struct {
	// Name of the first link.
	Name string `yaml:"name,omitempty" required:"true"`
	// The second link.
	Peer         VethPeerConfig `yaml:"peer,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// VethPeerConfig is the other end of a pair.
type VethPeerConfig struct {
	// Name of the second link.
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

// WireguardConfig makes a WireGuard tunnel.
type WireguardConfig struct {
	// Name of the tunnel, such as wg0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Private key in base64, as made by wg genkey.
	PrivateKey string `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	// UDP port to listen on. Default 0: any.
	ListenPort int `yaml:"listenPort,omitempty" range:"1..65535"`
	// Mark of the packets it sends, for routing rules. Default 0: none.
	FirewallMark int `yaml:"firewallMark,omitempty" range:"0..4294967295"`
	// Who may connect, or is connected to.
	Peers        []WireguardPeer `yaml:"peers,omitempty"`
	LinkSettings `yaml:",inline"`
}

// WireguardPeer is the other end.
type WireguardPeer struct {
	// Public key in base64.
	PublicKey string `yaml:"publicKey,omitempty" required:"true"`
	// A further shared secret in base64, as made by wg genpsk.
	PresharedKey string `yaml:"presharedKey,omitempty" secret:"true"`
	// Address and port. Left out for a peer that calls us.
	Endpoint netip.AddrPort `yaml:"endpoint,omitempty"`
	// Time between packets that keep a NAT open, such as 25s. Default 0: off.
	PersistentKeepaliveInterval time.Duration `yaml:"persistentKeepaliveInterval,omitempty"`
	// Networks behind the peer, in CIDR form.
	AllowedIPs []netip.Prefix `yaml:"allowedIPs,omitempty"`
}
