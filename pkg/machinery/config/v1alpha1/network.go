package v1alpha1

import (
	"time"
)

// NetworkConfig describes the network of the machine.
type NetworkConfig struct {
	// Name of the machine, also in Kubernetes.
	Hostname string `yaml:"hostname,omitempty"`
	// Links; what is not listed gets its address by DHCP.
	Interfaces []Device `yaml:"interfaces,omitempty" merge:"interface|deviceSelector"`
	// DNS servers, used instead of those from DHCP.
	Nameservers []string `yaml:"nameservers,omitempty"`
	// Domains tried for short names.
	SearchDomains []string `yaml:"searchDomains,omitempty"`
	// Lines of /etc/hosts.
	ExtraHostEntries []ExtraHost `yaml:"extraHostEntries,omitempty"`
	// An encrypted network between all members.
	KubeSpan NetworkKubeSpan `yaml:"kubespan,omitempty"`
	// True leaves the domain of the host name out of the search list. Default false.
	DisableSearchDomain *bool `yaml:"disableSearchDomain,omitempty"`
}

// NetworkDeviceSelector finds links. All that is given has to match; texts may have *
// and ?.
type NetworkDeviceSelector struct {
	// Path on the bus, such as 0000:03:00.0.
	BusPath string `yaml:"busPath,omitempty"`
	// Current address.
	HardwareAddr string `yaml:"hardwareAddr,omitempty"`
	// Address burnt into the hardware.
	PermanentAddr string `yaml:"permanentAddr,omitempty"`
	// Vendor and device, such as 8086:1521.
	PCIID string `yaml:"pciID,omitempty"`
	// Of the kernel.
	Driver string `yaml:"driver,omitempty"`
	// True matches hardware only.
	Physical *bool `yaml:"physical,omitempty"`
}

// Route is one route.
type Route struct {
	// Destination in CIDR form; left out for the default route.
	Network string `yaml:"network,omitempty"`
	// Next hop.
	Gateway string `yaml:"gateway,omitempty"`
	// Address to send from.
	Source string `yaml:"source,omitempty"`
	// Lower is preferred. Default 1024.
	Metric uint32 `yaml:"metric,omitempty"`
	// For this destination.
	MTU uint32 `yaml:"mtu,omitempty"`
}

// Bond joins links into one. The settings are those of the kernel's bonding driver.
type Bond struct {
	// Links by name.
	Interfaces []string `yaml:"interfaces,omitempty"`
	// Links by what they are.
	DeviceSelectors []NetworkDeviceSelector `yaml:"deviceSelectors,omitempty"`
	ARPIPTarget     []string                `yaml:"arpIPTarget,omitempty"`
	// Such as 802.3ad or active-backup.
	Mode            string `yaml:"mode,omitempty"`
	XmitHashPolicy  string `yaml:"xmitHashPolicy,omitempty"`
	LACPRate        string `yaml:"lacpRate,omitempty"`
	ADActorSystem   string `yaml:"adActorSystem,omitempty"`
	ARPValidate     string `yaml:"arpValidate,omitempty"`
	ARPAllTargets   string `yaml:"arpAllTargets,omitempty"`
	Primary         string `yaml:"primary,omitempty"`
	PrimaryReselect string `yaml:"primaryReselect,omitempty"`
	FailOverMAC     string `yaml:"failOverMac,omitempty"`
	ADSelect        string `yaml:"adSelect,omitempty"`
	MIIMon          uint32 `yaml:"miimon,omitempty"`
	UpDelay         uint32 `yaml:"updelay,omitempty"`
	DownDelay       uint32 `yaml:"downdelay,omitempty"`
	ARPInterval     uint32 `yaml:"arpInterval,omitempty"`
	ResendIGMP      uint32 `yaml:"resendIgmp,omitempty"`
	MinLinks        uint32 `yaml:"minLinks,omitempty"`
	LPInterval      uint32 `yaml:"lpInterval,omitempty"`
	PacketsPerSlave uint32 `yaml:"packetsPerSlave,omitempty"`
	NumPeerNotif    uint8  `yaml:"numPeerNotif,omitempty"`
	TLBDynamicLB    uint8  `yaml:"tlbDynamicLb,omitempty"`
	AllSlavesActive uint8  `yaml:"allSlavesActive,omitempty"`
	UseCarrier      *bool  `yaml:"useCarrier,omitempty"`
	ADActorSysPrio  uint16 `yaml:"adActorSysPrio,omitempty"`
	ADUserPortKey   uint16 `yaml:"adUserPortKey,omitempty"`
	PeerNotifyDelay uint32 `yaml:"peerNotifyDelay,omitempty"`
}

// STP is the spanning tree protocol.
type STP struct {
	// Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// BridgeVLAN makes the switch VLAN-aware.
type BridgeVLAN struct {
	// Default false.
	VLANFiltering *bool `yaml:"vlanFiltering,omitempty"`
}

// Bridge is a switch in the kernel.
type Bridge struct {
	// Ports by name.
	Interfaces []string   `yaml:"interfaces,omitempty"`
	STP        STP        `yaml:"stp,omitempty"`
	VLAN       BridgeVLAN `yaml:"vlan,omitempty"`
}

// BridgePort makes the link a port of a bridge.
type BridgePort struct {
	// Name of the bridge.
	Master string `yaml:"master,omitempty"`
}

// VIPEquinixMetalConfig is access to Equinix Metal.
type VIPEquinixMetalConfig struct {
	// Token of its API.
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

// VIPHCloudConfig is access to Hetzner Cloud.
type VIPHCloudConfig struct {
	// Token of its API.
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

// DeviceVIPConfig is an address held by one of several machines, chosen through etcd.
type DeviceVIPConfig struct {
	// The address.
	IP string `yaml:"ip,omitempty"`
	// Moves the address by that cloud's API too.
	EquinixMetal *VIPEquinixMetalConfig `yaml:"equinixMetal,omitempty"`
	// Moves the address by that cloud's API too.
	Hcloud *VIPHCloudConfig `yaml:"hcloud,omitempty"`
}

// DHCPOptions changes what is asked by DHCP.
type DHCPOptions struct {
	// Of the routes it gives. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// Default true.
	IPv4 *bool `yaml:"ipv4,omitempty"`
	// Default false.
	IPv6 *bool `yaml:"ipv6,omitempty"`
	// Identity of the client, in hex.
	DUIDv6 string `yaml:"duidv6,omitempty"`
}

// Vlan is a VLAN on the link.
type Vlan struct {
	Addresses []string `yaml:"addresses,omitempty"`
	CIDR      string   `yaml:"cidr,omitempty"`
	Routes    []Route  `yaml:"routes,omitempty"`
	DHCP      *bool    `yaml:"dhcp,omitempty"`
	// From 1 to 4094.
	VLANID      uint16           `yaml:"vlanId,omitempty"`
	MTU         uint32           `yaml:"mtu,omitempty"`
	VIP         *DeviceVIPConfig `yaml:"vip,omitempty"`
	DHCPOptions *DHCPOptions     `yaml:"dhcpOptions,omitempty"`
}

// DeviceWireguardPeer is the other end.
type DeviceWireguardPeer struct {
	// In base64.
	PublicKey string `yaml:"publicKey,omitempty"`
	// Address and port; left out for one that calls us.
	Endpoint string `yaml:"endpoint,omitempty"`
	// Keeps a NAT open. Default off.
	PersistentKeepaliveInterval time.Duration `yaml:"persistentKeepaliveInterval,omitempty"`
	// Networks behind it.
	AllowedIPs []string `yaml:"allowedIPs,omitempty"`
}

// DeviceWireguardConfig makes the link a WireGuard tunnel.
type DeviceWireguardConfig struct {
	// In base64.
	PrivateKey string `yaml:"privateKey,omitempty" secret:"true"`
	// Zero is any.
	ListenPort int `yaml:"listenPort,omitempty"`
	// Mark of the packets it sends.
	FirewallMark int                   `yaml:"firewallMark,omitempty"`
	Peers        []DeviceWireguardPeer `yaml:"peers,omitempty"`
}

// Device is one link.
type Device struct {
	// Name of the link, or of the one to make.
	Interface string `yaml:"interface,omitempty"`
	// Finds the link by what it is; has to match exactly one.
	DeviceSelector *NetworkDeviceSelector `yaml:"deviceSelector,omitempty"`
	// In CIDR form.
	Addresses []string `yaml:"addresses,omitempty"`
	// Older form for a single address.
	CIDR       string      `yaml:"cidr,omitempty"`
	Routes     []Route     `yaml:"routes,omitempty"`
	Bond       *Bond       `yaml:"bond,omitempty"`
	Bridge     *Bridge     `yaml:"bridge,omitempty"`
	BridgePort *BridgePort `yaml:"bridgePort,omitempty"`
	Vlans      []Vlan      `yaml:"vlans,omitempty" merge:"vlanId"`
	// In bytes; zero is the driver's.
	MTU int `yaml:"mtu,omitempty"`
	// True asks for an address by DHCP.
	DHCP *bool `yaml:"dhcp,omitempty"`
	// True leaves the link alone.
	Ignore *bool `yaml:"ignore,omitempty"`
	// True makes a link without hardware.
	Dummy       *bool                  `yaml:"dummy,omitempty"`
	DHCPOptions *DHCPOptions           `yaml:"dhcpOptions,omitempty"`
	Wireguard   *DeviceWireguardConfig `yaml:"wireguard,omitempty"`
	// An address shared by control plane machines.
	VIP *DeviceVIPConfig `yaml:"vip,omitempty"`
}

// ExtraHost is a line of /etc/hosts.
type ExtraHost struct {
	// The address.
	IP string `yaml:"ip,omitempty"`
	// Its names.
	Aliases []string `yaml:"aliases,omitempty"`
}

// KubeSpanFilters limits what a member tells about itself.
type KubeSpanFilters struct {
	// Networks of addresses to tell; !network leaves one out.
	Endpoints []string `yaml:"endpoints,omitempty"`
	// Networks not to carry.
	ExcludeAdvertisedNetworks []string `yaml:"excludeAdvertisedNetworks,omitempty"`
}

// NetworkKubeSpan connects all members by WireGuard.
type NetworkKubeSpan struct {
	// Default false. Needs discovery.
	Enabled *bool `yaml:"enabled,omitempty"`
	// True carries pod traffic too, for CNIs that route.
	AdvertiseKubernetesNetworks *bool `yaml:"advertiseKubernetesNetworks,omitempty"`
	// True sends in the clear while a peer is down. Default false.
	AllowDownPeerBypass *bool `yaml:"allowDownPeerBypass,omitempty"`
	// True tells others the addresses under which peers were seen.
	HarvestExtraEndpoints *bool `yaml:"harvestExtraEndpoints,omitempty"`
	// Default 1420.
	MTU uint32 `yaml:"mtu,omitempty"`
	// What is told to others.
	Filters KubeSpanFilters `yaml:"filters,omitempty"`
}
