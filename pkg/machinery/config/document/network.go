package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// DHCPv4Config asks for an IPv4 address.
type DHCPv4Config struct {
	// Name of the link to ask on, or an alias of it.
	Name string `yaml:"name,omitempty" required:"true"`
	// Metric of the routes the server gives; lower is preferred. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// True does not take the host name that the server offers. Default false.
	IgnoreHostname *bool `yaml:"ignoreHostname,omitempty"`
	// True does not take the routes that the server offers. Default false.
	IgnoreRoutes *bool `yaml:"ignoreRoutes,omitempty"`
	// What we tell the server about us. Default mac.
	ClientIdentifier string `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	// Identity to send for duid, as hex with colons.
	DUIDRaw value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

// DHCPv6Config asks for an IPv6 address.
type DHCPv6Config struct {
	// Name of the link to ask on, or an alias of it.
	Name string `yaml:"name,omitempty" required:"true"`
	// Metric of the routes the server gives; lower is preferred. Default 1024.
	RouteMetric uint32 `yaml:"routeMetric,omitempty"`
	// True does not take the host name that the server offers. Default false.
	IgnoreHostname *bool `yaml:"ignoreHostname,omitempty"`
	// What we tell the server about us: nothing, the hardware address, or duidRaw.
	ClientIdentifier string `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	// Identity to send for duid, as hex with colons.
	DUIDRaw value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

// EthernetConfig sets up network hardware as ethtool(8) does.
type EthernetConfig struct {
	// Name of the link, or an alias of it.
	Name string `yaml:"name,omitempty" required:"true"`
	// Offloads to turn on or off, by the names the kernel has for them, such as
	// tx-tcp-segmentation.
	Features map[string]bool `yaml:"features,omitempty"`
	// Sizes of the queues between driver and hardware.
	Rings EthernetRingsConfig `yaml:"rings,omitempty"`
	// Numbers of queues that different processors serve.
	Channels EthernetChannelsConfig `yaml:"channels,omitempty"`
	// Packets that wake the machine. Default: as the hardware has it.
	WakeOnLAN []string `yaml:"wakeOnLan,omitempty" enum:"phy|unicast|multicast|broadcast|magic|magicsecure|filter"`
}

// EthernetRingsConfig is sizes of descriptor rings.
type EthernetRingsConfig struct {
	// Receive ring, in packets.
	Rx uint32 `yaml:"rx,omitempty"`
	// Transmit ring, in packets.
	Tx uint32 `yaml:"tx,omitempty"`
	// Receive ring for small packets, in packets.
	RxMini uint32 `yaml:"rx-mini,omitempty"`
	// Receive ring for large packets, in packets.
	RxJumbo uint32 `yaml:"rx-jumbo,omitempty"`
	// Size of one receive buffer, in bytes.
	RxBufLen uint32 `yaml:"rx-buf-len,omitempty"`
	// Size of a completion entry, in bytes.
	CQESize uint32 `yaml:"cqe-size,omitempty"`
	// True lets the driver write packets into the device directly. Default: as the driver
	// has it.
	TxPush *bool `yaml:"tx-push,omitempty"`
	// True lets the device push receive descriptors. Default: as the driver has it.
	RxPush *bool `yaml:"rx-push,omitempty"`
	// Bytes of a packet that are written into the device directly.
	TxPushBufLen uint32 `yaml:"tx-push-buf-len,omitempty"`
	// True keeps TCP headers and data in different buffers. Default: as the driver has it.
	TcpDataSplit *bool `yaml:"tcp-data-split,omitempty"`
}

// EthernetChannelsConfig is numbers of queues.
type EthernetChannelsConfig struct {
	// Number of receive queues.
	Rx uint32 `yaml:"rx,omitempty"`
	// Number of transmit queues.
	Tx uint32 `yaml:"tx,omitempty"`
	// Number of queues for other purposes.
	Other uint32 `yaml:"other,omitempty"`
	// Number of queues that both receive and transmit.
	Combined uint32 `yaml:"combined,omitempty"`
}

// HCloudVIPConfig is an address held by one of several machines, moved by Hetzner
// Cloud's API.
type HCloudVIPConfig struct {
	// The shared IP address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Name or alias of the link to put it on.
	Link string `yaml:"link,omitempty"`
	// Token of the cloud's API.
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

// HTTPProbeConfig asks a web server whether the network works.
type HTTPProbeConfig struct {
	// Tells probes apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Time between two tries. Default 1s.
	Interval time.Duration `yaml:"interval,omitempty"`
	// Failures in a row that count as down. Default 0: the first one does.
	FailureThreshold int `yaml:"failureThreshold,omitempty" range:"0.."`
	// URL to get.
	URL value.URL `yaml:"url,omitempty" required:"true" scheme:"https|http"`
	// How long one try may take.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// HostnameConfig is the name of the machine.
type HostnameConfig struct {
	// stable derives it from the machine's identity; off takes what DHCP or the platform
	// say.
	Auto string `yaml:"auto,omitempty" enum:"stable|off"`
	// A fixed name. Excludes auto: stable.
	Hostname string `yaml:"hostname,omitempty"`
}

// KubeSpanConfig connects all members by WireGuard.
type KubeSpanConfig struct {
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
	// Addresses with ports, such as 203.0.113.5:51820.
	ExtraAnnouncedEndpoints []netip.AddrPort `yaml:"extraAnnouncedEndpoints,omitempty"`
}

// Layer2VIPConfig is an address held by one of several control plane machines, told by
// ARP.
type Layer2VIPConfig struct {
	// The shared IP address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Name or alias of the link to put it on.
	Link string `yaml:"link,omitempty"`
}

// NetworkDefaultActionConfig is what the firewall does without a rule.
type NetworkDefaultActionConfig struct {
	// What happens to traffic that no rule lets in. Default accept.
	Ingress string `yaml:"ingress,omitempty" enum:"accept|block"`
}

// NetworkRuleConfig lets traffic in.
type NetworkRuleConfig struct {
	// Tells rules apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Ports the rule is about.
	PortSelector RulePortSelector `yaml:"portSelector,omitempty"`
	// Networks that may reach these ports.
	Ingress []IngressRule `yaml:"ingress,omitempty" merge:"replace"`
}

// RulePortSelector is ports of a protocol.
type RulePortSelector struct {
	// Port numbers, or ranges as first-last.
	Ports []value.PortRange `yaml:"ports,omitempty" merge:"replace"`
	// Protocol of the ports. Default tcp. ICMP has none.
	Protocol string `yaml:"protocol,omitempty" enum:"tcp|udp|icmp|icmpv6"`
}

// IngressRule is where traffic may come from.
type IngressRule struct {
	// Network that is let in, in CIDR form.
	Subnet netip.Prefix `yaml:"subnet,omitempty"`
	// Part of that network that is not let in, in CIDR form.
	Except netip.Prefix `yaml:"except,omitempty"`
}

// ResolverConfig is about DNS.
type ResolverConfig struct {
	// DNS servers, used instead of those from DHCP.
	Nameservers []NameserverConfig `yaml:"nameservers,omitempty"`
	// Domains tried for short names.
	SearchDomains SearchDomainsConfig `yaml:"searchDomains,omitempty"`
	// A caching resolver on the machine.
	HostDNS HostDNSConfig `yaml:"hostDNS,omitempty"`
}

// NameserverConfig is one DNS server.
type NameserverConfig struct {
	// IP address of the server.
	Address netip.Addr `yaml:"address,omitempty"`
	// Do53 in the clear, DoT over TLS, DoH over HTTPS. Default Do53.
	Protocol string `yaml:"protocol,omitempty" enum:"Do53|DoT|DoH"`
	// Name expected in the server's certificate, for DoT and DoH.
	TLSServerName string `yaml:"tlsServerName,omitempty"`
}

// SearchDomainsConfig is the search list.
type SearchDomainsConfig struct {
	// Domains to try, in order.
	Domains []string `yaml:"domains,omitempty"`
	// True leaves the domain of the host name out. Default false.
	DisableDefault *bool `yaml:"disableDefault,omitempty"`
}

// HostDNSConfig is the resolver on the machine.
type HostDNSConfig struct {
	// True runs it. Default false when left out.
	Enabled *bool `yaml:"enabled,omitempty"`
	// True lets CoreDNS ask it, instead of the upstream servers. Default false.
	ForwardKubeDNSToHost *bool `yaml:"forwardKubeDNSToHost,omitempty"`
	// True answers with addresses of cluster members for their names. Default false.
	ResolveMemberNames *bool `yaml:"resolveMemberNames,omitempty"`
}

// StaticHostConfig is a line of /etc/hosts.
type StaticHostConfig struct {
	// The IP address.
	Name string `yaml:"name,omitempty" required:"true"`
	// Host names that resolve to the address.
	Hostnames []string `yaml:"hostnames,omitempty"`
}

// TCPProbeConfig connects to a port to find out whether the network works.
type TCPProbeConfig struct {
	// Tells probes apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// Time between two tries. Default 1s.
	Interval time.Duration `yaml:"interval,omitempty"`
	// Failures in a row that count as down. Default 0: the first one does.
	FailureThreshold int `yaml:"failureThreshold,omitempty" range:"0.."`
	// Address to connect to, as host:port.
	Endpoint string `yaml:"endpoint,omitempty" required:"true"`
	// How long one try may take.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}

// TimeSyncConfig says where the time comes from.
type TimeSyncConfig struct {
	// False leaves the clock alone, for machines whose host sets it. Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// How long booting waits for the right time. Default 0: for ever, because certificates
	// need it.
	BootTimeout time.Duration `yaml:"bootTimeout,omitempty"`
	// Time servers on the network.
	NTP NTPConfig `yaml:"ntp,omitempty"`
	// Clocks of the hardware or the host.
	PTP PTPConfig `yaml:"ptp,omitempty"`
}

// NTPConfig is time servers.
type NTPConfig struct {
	// Names or addresses of NTP servers. Default time.cloudflare.com.
	Servers []string `yaml:"servers,omitempty"`
	// True authenticates the servers by NTS. Default false.
	UseNTS *bool `yaml:"useNTS,omitempty"`
}

// PTPConfig is precise clocks.
type PTPConfig struct {
	// Paths of PTP clocks, such as /dev/ptp0.
	Devices []string `yaml:"devices,omitempty"`
}
