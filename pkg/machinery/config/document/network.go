package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// DHCPv4Config asks for an IPv4 address.
type DHCPv4Config struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Of the routes it gives. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// True leaves the host name it offers.
	IgnoreHostname *bool `yaml:"ignoreHostname,omitempty"`
	// True leaves the routes it offers.
	IgnoreRoutes *bool `yaml:"ignoreRoutes,omitempty"`
	// What we tell the server about us. Default mac.
	ClientIdentifier string `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	// Identity to use for duid.
	DUIDRaw value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

// DHCPv6Config asks for an IPv6 address.
type DHCPv6Config struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Of the routes it gives. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// True leaves the host name it offers.
	IgnoreHostname *bool `yaml:"ignoreHostname,omitempty"`
	// What we tell the server about us.
	ClientIdentifier string `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	// Identity to use for duid.
	DUIDRaw value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

// EthernetConfig sets up network hardware as ethtool(8) does.
type EthernetConfig struct {
	// Of the link.
	Name string `yaml:"name,omitempty" required:"true"`
	// Offloads by their kernel names.
	Features map[string]bool `yaml:"features,omitempty"`
	// Sizes of descriptor rings.
	Rings EthernetRingsConfig `yaml:"rings,omitempty"`
	// Numbers of queues.
	Channels EthernetChannelsConfig `yaml:"channels,omitempty"`
	// What wakes the machine.
	WakeOnLAN []string `yaml:"wakeOnLan,omitempty" enum:"phy|unicast|multicast|broadcast|magic|magicsecure|filter"`
}

// EthernetRingsConfig is sizes of descriptor rings.
type EthernetRingsConfig struct {
	Rx           uint32 `yaml:"rx,omitempty"`
	Tx           uint32 `yaml:"tx,omitempty"`
	RxMini       uint32 `yaml:"rx-mini,omitempty"`
	RxJumbo      uint32 `yaml:"rx-jumbo,omitempty"`
	RxBufLen     uint32 `yaml:"rx-buf-len,omitempty"`
	CQESize      uint32 `yaml:"cqe-size,omitempty"`
	TxPush       *bool  `yaml:"tx-push,omitempty"`
	RxPush       *bool  `yaml:"rx-push,omitempty"`
	TxPushBufLen uint32 `yaml:"tx-push-buf-len,omitempty"`
	TcpDataSplit *bool  `yaml:"tcp-data-split,omitempty"`
}

// EthernetChannelsConfig is numbers of queues.
type EthernetChannelsConfig struct {
	Rx       uint32 `yaml:"rx,omitempty"`
	Tx       uint32 `yaml:"tx,omitempty"`
	Other    uint32 `yaml:"other,omitempty"`
	Combined uint32 `yaml:"combined,omitempty"`
}

// HCloudVIPConfig is an address held by one of several machines, moved by Hetzner
// Cloud's API.
type HCloudVIPConfig struct {
	// The address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Link to put it on.
	Link string `yaml:"link,omitempty"`
	// Token of the cloud's API.
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

// HTTPProbeConfig asks a web server whether the network works.
type HTTPProbeConfig struct {
	// Tells probes apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Between two tries.
	Interval time.Duration `yaml:"interval,omitempty"`
	// Failures in a row that count as down.
	FailureThreshold int `yaml:"failureThreshold,omitempty"`
	// What to get.
	URL value.URL `yaml:"url,omitempty" required:"true"`
	// Of one try.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// HostnameConfig is the name of the machine.
type HostnameConfig struct {
	// stable derives it from the machine's identity; off takes what DHCP or the platform
	// say.
	Auto string `yaml:"auto,omitempty" enum:"stable|off"`
	// A fixed name.
	Hostname string `yaml:"hostname,omitempty"`
}

// KubeSpanConfig connects all members by WireGuard.
type KubeSpanConfig struct {
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
	Filters KubeSpanFiltersConfig `yaml:"filters,omitempty"`
}

// KubeSpanFiltersConfig limits what a member tells about itself.
type KubeSpanFiltersConfig struct {
	// Networks of addresses to tell; !network leaves one out.
	Endpoints []string `yaml:"endpoints,omitempty"`
	// Networks not to carry.
	ExcludeAdvertisedNetworks []netip.Prefix `yaml:"excludeAdvertisedNetworks,omitempty"`
}

// KubeSpanEndpointsConfig adds addresses under which this machine is reached, for one
// behind a NAT.
type KubeSpanEndpointsConfig struct {
	// Addresses with ports.
	ExtraAnnouncedEndpoints []netip.AddrPort `yaml:"extraAnnouncedEndpoints,omitempty"`
}

// Layer2VIPConfig is an address held by one of several control plane machines, told by
// ARP.
type Layer2VIPConfig struct {
	// The address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Link to put it on.
	Link string `yaml:"link,omitempty"`
}

// NetworkDefaultActionConfig is what the firewall does without a rule.
type NetworkDefaultActionConfig struct {
	// Default accept.
	Ingress string `yaml:"ingress,omitempty" enum:"accept|block"`
}

// NetworkRuleConfig lets traffic in.
type NetworkRuleConfig struct {
	// Tells rules apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// To which ports.
	PortSelector RulePortSelector `yaml:"portSelector,omitempty"`
	// From where.
	Ingress []IngressRule `yaml:"ingress,omitempty" merge:"replace"`
}

// RulePortSelector is ports of a protocol.
type RulePortSelector struct {
	// Single ones, or first-last.
	Ports []value.PortRange `yaml:"ports,omitempty" merge:"replace"`
	// Of the ports.
	Protocol string `yaml:"protocol,omitempty" enum:"tcp|udp|icmp|icmpv6"`
}

// IngressRule is where traffic may come from.
type IngressRule struct {
	// Allowed.
	Subnet netip.Prefix `yaml:"subnet,omitempty"`
	// Of those, not allowed.
	Except netip.Prefix `yaml:"except,omitempty"`
}

// ResolverConfig is about DNS.
type ResolverConfig struct {
	// Used instead of those from DHCP.
	Nameservers []NameserverConfig `yaml:"nameservers,omitempty"`
	// Domains tried for short names.
	SearchDomains SearchDomainsConfig `yaml:"searchDomains,omitempty"`
	// A caching resolver on the machine.
	HostDNS HostDNSConfig `yaml:"hostDNS,omitempty"`
}

// NameserverConfig is one DNS server.
type NameserverConfig struct {
	// Its address.
	Address netip.Addr `yaml:"address,omitempty"`
	// Do53 in the clear, DoT over TLS, DoH over HTTPS. Default Do53.
	Protocol string `yaml:"protocol,omitempty" enum:"Do53|DoT|DoH"`
	// Name expected in its certificate.
	TLSServerName string `yaml:"tlsServerName,omitempty"`
}

// SearchDomainsConfig is the search list.
type SearchDomainsConfig struct {
	// In order.
	Domains []string `yaml:"domains,omitempty"`
	// True leaves the domain of the host name out.
	DisableDefault *bool `yaml:"disableDefault,omitempty"`
}

// HostDNSConfig is the resolver on the machine.
type HostDNSConfig struct {
	// Default false when left out.
	Enabled *bool `yaml:"enabled,omitempty"`
	// True lets CoreDNS ask it, instead of the upstream servers.
	ForwardKubeDNSToHost *bool `yaml:"forwardKubeDNSToHost,omitempty"`
	// True answers with addresses of cluster members for their names.
	ResolveMemberNames *bool `yaml:"resolveMemberNames,omitempty"`
}

// StaticHostConfig is a line of /etc/hosts.
type StaticHostConfig struct {
	// The address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Its names.
	Hostnames []string `yaml:"hostnames,omitempty"`
}

// TCPProbeConfig connects to a port to find out whether the network works.
type TCPProbeConfig struct {
	// Tells probes apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Between two tries.
	Interval time.Duration `yaml:"interval,omitempty"`
	// Failures in a row that count as down.
	FailureThreshold int `yaml:"failureThreshold,omitempty"`
	// As host:port.
	Endpoint string `yaml:"endpoint,omitempty" required:"true"`
	// Of one try.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// TimeSyncConfig says where the time comes from.
type TimeSyncConfig struct {
	// Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// How long booting waits for the right time; zero is for ever.
	BootTimeout time.Duration `yaml:"bootTimeout,omitempty"`
	// Time servers.
	NTP NTPConfig `yaml:"ntp,omitempty"`
	// Clocks of the hardware or the host.
	PTP PTPConfig `yaml:"ptp,omitempty"`
}

// NTPConfig is time servers.
type NTPConfig struct {
	// Default time.cloudflare.com.
	Servers []string `yaml:"servers,omitempty"`
	// True authenticates them.
	UseNTS *bool `yaml:"useNTS,omitempty"`
}

// PTPConfig is precise clocks.
type PTPConfig struct {
	// Such as /dev/ptp0.
	Devices []string `yaml:"devices,omitempty"`
}
