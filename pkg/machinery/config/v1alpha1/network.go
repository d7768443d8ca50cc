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
	// Current hardware address.
	HardwareAddr string `yaml:"hardwareAddr,omitempty"`
	// Hardware address burnt into the hardware.
	PermanentAddr string `yaml:"permanentAddr,omitempty"`
	// Vendor and device, such as 8086:1521.
	PCIID string `yaml:"pciID,omitempty"`
	// Name of the kernel's driver.
	Driver string `yaml:"driver,omitempty"`
	// True matches hardware only, false only links without. Default: both.
	Physical *bool `yaml:"physical,omitempty"`
}

// Route is one route.
type Route struct {
	// Destination in CIDR form; left out for the default route.
	Network string `yaml:"network,omitempty"`
	// Address of the next hop.
	Gateway string `yaml:"gateway,omitempty"`
	// Address to send from.
	Source string `yaml:"source,omitempty"`
	// Metric of the route; lower is preferred. Default 1024.
	Metric uint32 `yaml:"metric,omitempty"`
	// Largest packet to this destination, in bytes. Default: that of the link.
	MTU uint32 `yaml:"mtu,omitempty" range:"68..65536"`
}

// Bond joins links into one. The settings are those of the kernel's bonding driver.
type Bond struct {
	// Links by name.
	Interfaces []string `yaml:"interfaces,omitempty"`
	// Links by what they are.
	DeviceSelectors []NetworkDeviceSelector `yaml:"deviceSelectors,omitempty"`
	// IPv4 addresses to ask by ARP; up to 16.
	ARPIPTarget []string `yaml:"arpIPTarget,omitempty"`
	// How traffic is spread over the links, such as 802.3ad or active-backup.
	Mode string `yaml:"mode,omitempty"`
	// What decides which link a packet takes, for balance-xor, 802.3ad and balance-tlb.
	// Default layer2.
	XmitHashPolicy string `yaml:"xmitHashPolicy,omitempty"`
	// How often the partner is asked to send: slow is every 30 seconds, fast every second.
	// Default slow.
	LACPRate string `yaml:"lacpRate,omitempty"`
	// System address of LACP. Default: the address of the bond.
	ADActorSystem string `yaml:"adActorSystem,omitempty"`
	// Which links' ARP traffic is checked to be ours. Default none.
	ARPValidate string `yaml:"arpValidate,omitempty"`
	// Whether any or all targets have to answer for a link to be up. Default any.
	ARPAllTargets string `yaml:"arpAllTargets,omitempty"`
	// Link to prefer while it is up, for active-backup, balance-tlb and balance-alb.
	Primary string `yaml:"primary,omitempty"`
	// When the primary link is taken again after it came back. Default always.
	PrimaryReselect string `yaml:"primaryReselect,omitempty"`
	// What happens to the hardware address on a change of link, for active-backup. Default
	// none: all links have the same one.
	FailOverMAC string `yaml:"failOverMac,omitempty"`
	// Which group of links carries traffic, for 802.3ad: stable keeps one while it works,
	// bandwidth and count take the best. Default stable.
	ADSelect string `yaml:"adSelect,omitempty"`
	// Milliseconds between checks of the links' carrier. Default 0: off.
	MIIMon uint32 `yaml:"miimon,omitempty"`
	// Milliseconds to wait after a link came up before it is used. A multiple of miimon.
	// Default 0.
	UpDelay uint32 `yaml:"updelay,omitempty"`
	// Milliseconds to wait after a link went down before it is given up. A multiple of
	// miimon. Default 0.
	DownDelay uint32 `yaml:"downdelay,omitempty"`
	// Milliseconds between ARP checks of the links. Default 0: off. Excludes miimon.
	ARPInterval uint32 `yaml:"arpInterval,omitempty"`
	// Number of IGMP reports sent after a change of link, from 0 to 255. Default 1.
	ResendIGMP uint32 `yaml:"resendIgmp,omitempty" range:"0..255"`
	// Links that have to be up for the bond to be up, for 802.3ad. Default 0.
	MinLinks uint32 `yaml:"minLinks,omitempty"`
	// Seconds between learning packets, for balance-tlb and balance-alb. Default 1.
	LPInterval uint32 `yaml:"lpInterval,omitempty"`
	// Packets to send before the next link is taken, for balance-rr; 0 is random. Default 1.
	PacketsPerSlave uint32 `yaml:"packetsPerSlave,omitempty" range:"0..65535"`
	// Number of ARP and neighbour announcements after a change of link. Default 1.
	NumPeerNotif uint8 `yaml:"numPeerNotif,omitempty"`
	// The value 1 moves flows between links by load, for balance-tlb, 0 goes by hash only. Default 1.
	TLBDynamicLB uint8 `yaml:"tlbDynamicLb,omitempty" range:"0..1"`
	// The value 1 accepts duplicate packets from links not in use. Default 0.
	AllSlavesActive uint8 `yaml:"allSlavesActive,omitempty" range:"0..1"`
	// True takes the carrier state that the driver keeps, false asks the hardware. Default
	// true.
	UseCarrier *bool `yaml:"useCarrier,omitempty"`
	// System priority of LACP, from 1 to 65535. Default 65535.
	ADActorSysPrio uint16 `yaml:"adActorSysPrio,omitempty" range:"1..65535"`
	// Upper 10 bits of the LACP port key. Default 0.
	ADUserPortKey uint16 `yaml:"adUserPortKey,omitempty" range:"0..1023"`
	// Milliseconds between announcements after a change of link. A multiple of miimon. Default 0.
	PeerNotifyDelay uint32 `yaml:"peerNotifyDelay,omitempty" range:"0..300000"`
}

// STP is the spanning tree protocol.
type STP struct {
	// True breaks loops between bridges. Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// BridgeVLAN makes the switch VLAN-aware.
type BridgeVLAN struct {
	// True keeps VLANs on the bridge apart. Default false.
	VLANFiltering *bool `yaml:"vlanFiltering,omitempty"`
}

// Bridge is a switch in the kernel.
type Bridge struct {
	// Ports by name.
	Interfaces []string `yaml:"interfaces,omitempty"`
	// Spanning tree protocol.
	STP STP `yaml:"stp,omitempty"`
	// VLANs on the bridge.
	VLAN BridgeVLAN `yaml:"vlan,omitempty"`
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
	// The shared IP address.
	IP string `yaml:"ip,omitempty"`
	// Moves the address by the API of Equinix Metal too.
	EquinixMetal *VIPEquinixMetalConfig `yaml:"equinixMetal,omitempty"`
	// Moves the address by the API of Hetzner Cloud too.
	Hcloud *VIPHCloudConfig `yaml:"hcloud,omitempty"`
}

// DHCPOptions changes what is asked by DHCP.
type DHCPOptions struct {
	// Metric of the routes the server gives; lower is preferred. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// True asks for an IPv4 address. Default true.
	IPv4 *bool `yaml:"ipv4,omitempty"`
	// True asks for an IPv6 address. Default false.
	IPv6 *bool `yaml:"ipv6,omitempty"`
	// Identity of the client for IPv6, in hex.
	DUIDv6 string `yaml:"duidv6,omitempty"`
}

// Vlan is a VLAN on the link.
type Vlan struct {
	// Addresses in CIDR form.
	Addresses []string `yaml:"addresses,omitempty"`
	// Older form for a single address.
	CIDR string `yaml:"cidr,omitempty"`
	// Routes that go out of the VLAN.
	Routes []Route `yaml:"routes,omitempty"`
	// True asks for an address by DHCP. Default false.
	DHCP *bool `yaml:"dhcp,omitempty"`
	// VLAN number, from 1 to 4094.
	VLANID uint16 `yaml:"vlanId,omitempty" range:"1..4094"`
	// Largest packet in bytes. Default 0: that of the link below.
	MTU uint32 `yaml:"mtu,omitempty" range:"68..65536"`
	// An address shared by control plane machines.
	VIP *DeviceVIPConfig `yaml:"vip,omitempty"`
	// What is asked by DHCP.
	DHCPOptions *DHCPOptions `yaml:"dhcpOptions,omitempty"`
}

// DeviceWireguardPeer is the other end.
type DeviceWireguardPeer struct {
	// Public key in base64.
	PublicKey string `yaml:"publicKey,omitempty"`
	// Address and port; left out for one that calls us.
	Endpoint string `yaml:"endpoint,omitempty"`
	// Time between packets that keep a NAT open, such as 25s. Default 0: off.
	PersistentKeepaliveInterval time.Duration `yaml:"persistentKeepaliveInterval,omitempty"`
	// Networks behind the peer, in CIDR form.
	AllowedIPs []string `yaml:"allowedIPs,omitempty"`
}

// DeviceWireguardConfig makes the link a WireGuard tunnel.
type DeviceWireguardConfig struct {
	// Private key in base64, as made by wg genkey.
	PrivateKey string `yaml:"privateKey,omitempty" secret:"true"`
	// UDP port to listen on. Default 0: any.
	ListenPort int `yaml:"listenPort,omitempty" range:"1..65535"`
	// Mark of the packets it sends, for routing rules. Default 0: none.
	FirewallMark int `yaml:"firewallMark,omitempty" range:"0..4294967295"`
	// Who may connect, or is connected to.
	Peers []DeviceWireguardPeer `yaml:"peers,omitempty"`
}

// Device is one link.
type Device struct {
	// Name of the link, or of the one to make.
	Interface string `yaml:"interface,omitempty"`
	// Finds the link by what it is; has to match exactly one.
	DeviceSelector *NetworkDeviceSelector `yaml:"deviceSelector,omitempty"`
	// Addresses in CIDR form.
	Addresses []string `yaml:"addresses,omitempty"`
	// Older form for a single address.
	CIDR string `yaml:"cidr,omitempty"`
	// Routes that go out of this link.
	Routes []Route `yaml:"routes,omitempty"`
	// Makes the link a bond of other links.
	Bond *Bond `yaml:"bond,omitempty"`
	// Makes the link a bridge.
	Bridge *Bridge `yaml:"bridge,omitempty"`
	// Makes the link a port of a bridge that is described elsewhere.
	BridgePort *BridgePort `yaml:"bridgePort,omitempty"`
	// VLANs on the link.
	Vlans []Vlan `yaml:"vlans,omitempty" merge:"vlanId"`
	// Largest packet in bytes, such as 9000. Default 0: as the driver has it.
	MTU int `yaml:"mtu,omitempty" range:"68..65536"`
	// True asks for an address by DHCP. Default false.
	DHCP *bool `yaml:"dhcp,omitempty"`
	// True leaves the link alone. Default false.
	Ignore *bool `yaml:"ignore,omitempty"`
	// True makes a link without hardware. Default false.
	Dummy *bool `yaml:"dummy,omitempty"`
	// What is asked by DHCP.
	DHCPOptions *DHCPOptions `yaml:"dhcpOptions,omitempty"`
	// Makes the link a WireGuard tunnel.
	Wireguard *DeviceWireguardConfig `yaml:"wireguard,omitempty"`
	// An address shared by control plane machines.
	VIP *DeviceVIPConfig `yaml:"vip,omitempty"`
}

// ExtraHost is a line of /etc/hosts.
type ExtraHost struct {
	// The IP address.
	IP string `yaml:"ip,omitempty"`
	// Host names that resolve to the address.
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
	// True turns it on. Default false. Needs discovery.
	Enabled *bool `yaml:"enabled,omitempty"`
	// True carries pod traffic too, for CNIs that route. Default false.
	AdvertiseKubernetesNetworks *bool `yaml:"advertiseKubernetesNetworks,omitempty"`
	// True sends in the clear while a peer is down. Default false.
	AllowDownPeerBypass *bool `yaml:"allowDownPeerBypass,omitempty"`
	// True tells others the addresses under which peers were seen. Default false.
	HarvestExtraEndpoints *bool `yaml:"harvestExtraEndpoints,omitempty"`
	// Largest packet in bytes; IPv6 needs 1280. Default 1420, which fits into 1500 with WireGuard around it.
	MTU uint32 `yaml:"mtu,omitempty" range:"1280.."`
	// What is told to others.
	Filters KubeSpanFilters `yaml:"filters,omitempty"`
}
