package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type BondConfig struct {
	Name            string             `yaml:"name,omitempty" required:"true"`
	HardwareAddr    value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	Links           []string           `yaml:"links,omitempty" required:"true"`
	BondMode        string             `yaml:"bondMode,omitempty" required:"true" enum:"balance-rr|active-backup|balance-xor|broadcast|802.3ad|balance-tlb|balance-alb"`
	MIIMon          uint32             `yaml:"miimon,omitempty"`
	UpDelay         uint32             `yaml:"updelay,omitempty"`
	DownDelay       uint32             `yaml:"downdelay,omitempty"`
	UseCarrier      *bool              `yaml:"useCarrier,omitempty"`
	XmitHashPolicy  string             `yaml:"xmitHashPolicy,omitempty" enum:"layer2|layer3+4|layer2+3|encap2+3|encap3+4"`
	ARPInterval     uint32             `yaml:"arpInterval,omitempty"`
	ARPIPTargets    []netip.Addr       `yaml:"arpIpTargets,omitempty"`
	NSIP6Targets    []netip.Addr       `yaml:"nsIp6Targets,omitempty"`
	ARPValidate     string             `yaml:"arpValidate,omitempty" enum:"none|active|backup|all|filter|filter-active|filter-backup"`
	ARPAllTargets   string             `yaml:"arpAllTargets,omitempty" enum:"any|all"`
	LACPRate        string             `yaml:"lacpRate,omitempty" enum:"slow|fast"`
	FailOverMAC     string             `yaml:"failOverMac,omitempty" enum:"none|active|follow"`
	ADSelect        string             `yaml:"adSelect,omitempty" enum:"stable|bandwidth|count"`
	ADActorSysPrio  uint16             `yaml:"adActorSysPrio,omitempty"`
	ADUserPortKey   uint16             `yaml:"adUserPortKey,omitempty"`
	ADLACPActive    string             `yaml:"adLACPActive,omitempty" enum:"on|off"`
	Primary         string             `yaml:"primary,omitempty"`
	PrimaryReselect string             `yaml:"primaryReselect,omitempty" enum:"always|better|failure"`
	ResendIGMP      uint32             `yaml:"resendIGMP,omitempty"`
	MinLinks        uint32             `yaml:"minLinks,omitempty"`
	LPInterval      uint32             `yaml:"lpInterval,omitempty"`
	PacketsPerSlave uint32             `yaml:"packetsPerSlave,omitempty"`
	NumPeerNotif    uint8              `yaml:"numPeerNotif,omitempty"`
	TLBLogicalLB    uint8              `yaml:"tlbLogicalLb,omitempty"`
	AllSlavesActive uint8              `yaml:"allSlavesActive,omitempty"`
	PeerNotifDelay  uint32             `yaml:"peerNotifDelay,omitempty"`
	MissedMax       uint8              `yaml:"missedMax,omitempty"`
	LinkSettings    `yaml:",inline"`
}

type AddressConfig struct {
	Address       netip.Prefix `yaml:"address,omitempty" required:"true"`
	RoutePriority uint32       `yaml:"routePriority,omitempty"`
}

type RouteConfig struct {
	Destination netip.Prefix       `yaml:"destination,omitempty"`
	Gateway     netip.Addr         `yaml:"gateway,omitempty"`
	Source      netip.Addr         `yaml:"source,omitempty"`
	Metric      uint32             `yaml:"metric,omitempty"`
	MTU         uint32             `yaml:"mtu,omitempty"`
	Table       value.RoutingTable `yaml:"table,omitempty"`
}

type BridgeConfig struct {
	Name         string             `yaml:"name,omitempty" required:"true"`
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	Links        []string           `yaml:"links,omitempty" required:"true"`
	STP          BridgeSTPConfig    `yaml:"stp,omitempty"`
	VLAN         BridgeVLANConfig   `yaml:"vlan,omitempty"`
	LinkSettings `yaml:",inline"`
}

type BridgeSTPConfig struct {
	Enabled *bool `yaml:"enabled,omitempty"`
}

type BridgeVLANConfig struct {
	Filtering *bool `yaml:"filtering,omitempty"`
}

type DummyLinkConfig struct {
	Name         string             `yaml:"name,omitempty" required:"true"`
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	LinkSettings `yaml:",inline"`
}

type LinkAliasConfig struct {
	Name     string       `yaml:"name,omitempty" required:"true"`
	Selector LinkSelector `yaml:"selector,omitempty"`
}

type LinkSelector struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type LinkConfig struct {
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

type LinkSettings struct {
	Up        *bool           `yaml:"up,omitempty"`
	MTU       uint32          `yaml:"mtu,omitempty"`
	Addresses []AddressConfig `yaml:"addresses,omitempty"`
	Routes    []RouteConfig   `yaml:"routes,omitempty"`
	Multicast *bool           `yaml:"multicast,omitempty"`
}

type VLANConfig struct {
	Name         string `yaml:"name,omitempty" required:"true"`
	VLANID       uint16 `yaml:"vlanID,omitempty" required:"true"`
	VLANMode     string `yaml:"vlanMode,omitempty" enum:"802.1q|802.1ad"`
	Parent       string `yaml:"parent,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

type VRFConfig struct {
	Name         string             `yaml:"name,omitempty" required:"true"`
	HardwareAddr value.HardwareAddr `yaml:"hardwareAddr,omitempty"`
	Links        []string           `yaml:"links,omitempty" required:"true"`
	Table        value.RoutingTable `yaml:"table,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

type VethConfig struct {
	Name         string         `yaml:"name,omitempty" required:"true"`
	Peer         VethPeerConfig `yaml:"peer,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

type VethPeerConfig struct {
	Name         string `yaml:"name,omitempty" required:"true"`
	LinkSettings `yaml:",inline"`
}

type WireguardConfig struct {
	Name         string          `yaml:"name,omitempty" required:"true"`
	PrivateKey   string          `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	ListenPort   int             `yaml:"listenPort,omitempty"`
	FirewallMark int             `yaml:"firewallMark,omitempty"`
	Peers        []WireguardPeer `yaml:"peers,omitempty"`
	LinkSettings `yaml:",inline"`
}

type WireguardPeer struct {
	PublicKey                   string         `yaml:"publicKey,omitempty" required:"true"`
	PresharedKey                string         `yaml:"presharedKey,omitempty" secret:"true"`
	Endpoint                    netip.AddrPort `yaml:"endpoint,omitempty"`
	PersistentKeepaliveInterval time.Duration  `yaml:"persistentKeepaliveInterval,omitempty"`
	AllowedIPs                  []netip.Prefix `yaml:"allowedIPs,omitempty"`
}
