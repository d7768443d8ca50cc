package v1alpha1

import (
	"time"
)

type NetworkConfig struct {
	Hostname            string          `yaml:"hostname,omitempty"`
	Interfaces          []Device        `yaml:"interfaces,omitempty" merge:"interface|deviceSelector"`
	Nameservers         []string        `yaml:"nameservers,omitempty"`
	SearchDomains       []string        `yaml:"searchDomains,omitempty"`
	ExtraHostEntries    []ExtraHost     `yaml:"extraHostEntries,omitempty"`
	KubeSpan            NetworkKubeSpan `yaml:"kubespan,omitempty"`
	DisableSearchDomain *bool           `yaml:"disableSearchDomain,omitempty"`
}

type NetworkDeviceSelector struct {
	BusPath       string `yaml:"busPath,omitempty"`
	HardwareAddr  string `yaml:"hardwareAddr,omitempty"`
	PermanentAddr string `yaml:"permanentAddr,omitempty"`
	PCIID         string `yaml:"pciID,omitempty"`
	Driver        string `yaml:"driver,omitempty"`
	Physical      *bool  `yaml:"physical,omitempty"`
}

type Route struct {
	Network string `yaml:"network,omitempty"`
	Gateway string `yaml:"gateway,omitempty"`
	Source  string `yaml:"source,omitempty"`
	Metric  uint32 `yaml:"metric,omitempty"`
	MTU     uint32 `yaml:"mtu,omitempty"`
}

type Bond struct {
	Interfaces      []string                `yaml:"interfaces,omitempty"`
	DeviceSelectors []NetworkDeviceSelector `yaml:"deviceSelectors,omitempty"`
	ARPIPTarget     []string                `yaml:"arpIPTarget,omitempty"`
	Mode            string                  `yaml:"mode,omitempty"`
	XmitHashPolicy  string                  `yaml:"xmitHashPolicy,omitempty"`
	LACPRate        string                  `yaml:"lacpRate,omitempty"`
	ADActorSystem   string                  `yaml:"adActorSystem,omitempty"`
	ARPValidate     string                  `yaml:"arpValidate,omitempty"`
	ARPAllTargets   string                  `yaml:"arpAllTargets,omitempty"`
	Primary         string                  `yaml:"primary,omitempty"`
	PrimaryReselect string                  `yaml:"primaryReselect,omitempty"`
	FailOverMAC     string                  `yaml:"failOverMac,omitempty"`
	ADSelect        string                  `yaml:"adSelect,omitempty"`
	MIIMon          uint32                  `yaml:"miimon,omitempty"`
	UpDelay         uint32                  `yaml:"updelay,omitempty"`
	DownDelay       uint32                  `yaml:"downdelay,omitempty"`
	ARPInterval     uint32                  `yaml:"arpInterval,omitempty"`
	ResendIGMP      uint32                  `yaml:"resendIgmp,omitempty"`
	MinLinks        uint32                  `yaml:"minLinks,omitempty"`
	LPInterval      uint32                  `yaml:"lpInterval,omitempty"`
	PacketsPerSlave uint32                  `yaml:"packetsPerSlave,omitempty"`
	NumPeerNotif    uint8                   `yaml:"numPeerNotif,omitempty"`
	TLBDynamicLB    uint8                   `yaml:"tlbDynamicLb,omitempty"`
	AllSlavesActive uint8                   `yaml:"allSlavesActive,omitempty"`
	UseCarrier      *bool                   `yaml:"useCarrier,omitempty"`
	ADActorSysPrio  uint16                  `yaml:"adActorSysPrio,omitempty"`
	ADUserPortKey   uint16                  `yaml:"adUserPortKey,omitempty"`
	PeerNotifyDelay uint32                  `yaml:"peerNotifyDelay,omitempty"`
}

type STP struct {
	Enabled *bool `yaml:"enabled,omitempty"`
}

type BridgeVLAN struct {
	VLANFiltering *bool `yaml:"vlanFiltering,omitempty"`
}

type Bridge struct {
	Interfaces []string   `yaml:"interfaces,omitempty"`
	STP        STP        `yaml:"stp,omitempty"`
	VLAN       BridgeVLAN `yaml:"vlan,omitempty"`
}

type BridgePort struct {
	Master string `yaml:"master,omitempty"`
}

type VIPEquinixMetalConfig struct {
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

type VIPHCloudConfig struct {
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

type DeviceVIPConfig struct {
	IP           string                 `yaml:"ip,omitempty"`
	EquinixMetal *VIPEquinixMetalConfig `yaml:"equinixMetal,omitempty"`
	Hcloud       *VIPHCloudConfig       `yaml:"hcloud,omitempty"`
}

type DHCPOptions struct {
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	IPv4        *bool  `yaml:"ipv4,omitempty"`
	IPv6        *bool  `yaml:"ipv6,omitempty"`
	DUIDv6      string `yaml:"duidv6,omitempty"`
}

type Vlan struct {
	Addresses   []string         `yaml:"addresses,omitempty"`
	CIDR        string           `yaml:"cidr,omitempty"`
	Routes      []Route          `yaml:"routes,omitempty"`
	DHCP        *bool            `yaml:"dhcp,omitempty"`
	VLANID      uint16           `yaml:"vlanId,omitempty"`
	MTU         uint32           `yaml:"mtu,omitempty"`
	VIP         *DeviceVIPConfig `yaml:"vip,omitempty"`
	DHCPOptions *DHCPOptions     `yaml:"dhcpOptions,omitempty"`
}

type DeviceWireguardPeer struct {
	PublicKey                   string        `yaml:"publicKey,omitempty"`
	Endpoint                    string        `yaml:"endpoint,omitempty"`
	PersistentKeepaliveInterval time.Duration `yaml:"persistentKeepaliveInterval,omitempty"`
	AllowedIPs                  []string      `yaml:"allowedIPs,omitempty"`
}

type DeviceWireguardConfig struct {
	PrivateKey   string                `yaml:"privateKey,omitempty" secret:"true"`
	ListenPort   int                   `yaml:"listenPort,omitempty"`
	FirewallMark int                   `yaml:"firewallMark,omitempty"`
	Peers        []DeviceWireguardPeer `yaml:"peers,omitempty"`
}

type Device struct {
	Interface      string                 `yaml:"interface,omitempty"`
	DeviceSelector *NetworkDeviceSelector `yaml:"deviceSelector,omitempty"`
	Addresses      []string               `yaml:"addresses,omitempty"`
	CIDR           string                 `yaml:"cidr,omitempty"`
	Routes         []Route                `yaml:"routes,omitempty"`
	Bond           *Bond                  `yaml:"bond,omitempty"`
	Bridge         *Bridge                `yaml:"bridge,omitempty"`
	BridgePort     *BridgePort            `yaml:"bridgePort,omitempty"`
	Vlans          []Vlan                 `yaml:"vlans,omitempty" merge:"vlanId"`
	MTU            int                    `yaml:"mtu,omitempty"`
	DHCP           *bool                  `yaml:"dhcp,omitempty"`
	Ignore         *bool                  `yaml:"ignore,omitempty"`
	Dummy          *bool                  `yaml:"dummy,omitempty"`
	DHCPOptions    *DHCPOptions           `yaml:"dhcpOptions,omitempty"`
	Wireguard      *DeviceWireguardConfig `yaml:"wireguard,omitempty"`
	VIP            *DeviceVIPConfig       `yaml:"vip,omitempty"`
}

type ExtraHost struct {
	IP      string   `yaml:"ip,omitempty"`
	Aliases []string `yaml:"aliases,omitempty"`
}

type KubeSpanFilters struct {
	Endpoints                 []string `yaml:"endpoints,omitempty"`
	ExcludeAdvertisedNetworks []string `yaml:"excludeAdvertisedNetworks,omitempty"`
}

type NetworkKubeSpan struct {
	Enabled                     *bool           `yaml:"enabled,omitempty"`
	AdvertiseKubernetesNetworks *bool           `yaml:"advertiseKubernetesNetworks,omitempty"`
	AllowDownPeerBypass         *bool           `yaml:"allowDownPeerBypass,omitempty"`
	HarvestExtraEndpoints       *bool           `yaml:"harvestExtraEndpoints,omitempty"`
	MTU                         uint32          `yaml:"mtu,omitempty"`
	Filters                     KubeSpanFilters `yaml:"filters,omitempty"`
}
