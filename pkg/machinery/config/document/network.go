package document

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type DHCPv4Config struct {
	Name             string             `yaml:"name,omitempty" required:"true"`
	RouteMetric      uint32             `yaml:"routeMetric,omitempty"`
	IgnoreHostname   *bool              `yaml:"ignoreHostname,omitempty"`
	IgnoreRoutes     *bool              `yaml:"ignoreRoutes,omitempty"`
	ClientIdentifier string             `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	DUIDRaw          value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

type DHCPv6Config struct {
	Name             string             `yaml:"name,omitempty" required:"true"`
	RouteMetric      uint32             `yaml:"routeMetric,omitempty"`
	IgnoreHostname   *bool              `yaml:"ignoreHostname,omitempty"`
	ClientIdentifier string             `yaml:"clientIdentifier,omitempty" enum:"none|mac|duid"`
	DUIDRaw          value.HardwareAddr `yaml:"duidRaw,omitempty"`
}

type EthernetConfig struct {
	Name      string                 `yaml:"name,omitempty" required:"true"`
	Features  map[string]bool        `yaml:"features,omitempty"`
	Rings     EthernetRingsConfig    `yaml:"rings,omitempty"`
	Channels  EthernetChannelsConfig `yaml:"channels,omitempty"`
	WakeOnLAN []string               `yaml:"wakeOnLan,omitempty" enum:"phy|unicast|multicast|broadcast|magic|magicsecure|filter"`
}

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

type EthernetChannelsConfig struct {
	Rx       uint32 `yaml:"rx,omitempty"`
	Tx       uint32 `yaml:"tx,omitempty"`
	Other    uint32 `yaml:"other,omitempty"`
	Combined uint32 `yaml:"combined,omitempty"`
}

type HCloudVIPConfig struct {
	Name     string `yaml:"name,omitempty" required:"true"`
	Link     string `yaml:"link,omitempty"`
	APIToken string `yaml:"apiToken,omitempty" secret:"true"`
}

type HTTPProbeConfig struct {
	Name             string        `yaml:"name,omitempty" required:"true"`
	Interval         time.Duration `yaml:"interval,omitempty"`
	FailureThreshold int           `yaml:"failureThreshold,omitempty"`
	URL              value.URL     `yaml:"url,omitempty" required:"true"`
	Timeout          time.Duration `yaml:"timeout,omitempty"`
}

type HostnameConfig struct {
	Auto     string `yaml:"auto,omitempty" enum:"stable|off"`
	Hostname string `yaml:"hostname,omitempty"`
}

type KubeSpanConfig struct {
	Enabled                     *bool                 `yaml:"enabled,omitempty"`
	AdvertiseKubernetesNetworks *bool                 `yaml:"advertiseKubernetesNetworks,omitempty"`
	AllowDownPeerBypass         *bool                 `yaml:"allowDownPeerBypass,omitempty"`
	HarvestExtraEndpoints       *bool                 `yaml:"harvestExtraEndpoints,omitempty"`
	MTU                         uint32                `yaml:"mtu,omitempty"`
	Filters                     KubeSpanFiltersConfig `yaml:"filters,omitempty"`
}

type KubeSpanFiltersConfig struct {
	Endpoints                 []string       `yaml:"endpoints,omitempty"`
	ExcludeAdvertisedNetworks []netip.Prefix `yaml:"excludeAdvertisedNetworks,omitempty"`
}

type KubeSpanEndpointsConfig struct {
	ExtraAnnouncedEndpoints []netip.AddrPort `yaml:"extraAnnouncedEndpoints,omitempty"`
}

type Layer2VIPConfig struct {
	Name string `yaml:"name,omitempty" required:"true"`
	Link string `yaml:"link,omitempty"`
}

type NetworkDefaultActionConfig struct {
	Ingress string `yaml:"ingress,omitempty" enum:"accept|block"`
}

type NetworkRuleConfig struct {
	Name         string           `yaml:"name,omitempty" required:"true"`
	PortSelector RulePortSelector `yaml:"portSelector,omitempty"`
	Ingress      []IngressRule    `yaml:"ingress,omitempty" merge:"replace"`
}

type RulePortSelector struct {
	Ports    []value.PortRange `yaml:"ports,omitempty" merge:"replace"`
	Protocol string            `yaml:"protocol,omitempty" enum:"tcp|udp|icmp|icmpv6"`
}

type IngressRule struct {
	Subnet netip.Prefix `yaml:"subnet,omitempty"`
	Except netip.Prefix `yaml:"except,omitempty"`
}

type ResolverConfig struct {
	Nameservers   []NameserverConfig  `yaml:"nameservers,omitempty"`
	SearchDomains SearchDomainsConfig `yaml:"searchDomains,omitempty"`
	HostDNS       HostDNSConfig       `yaml:"hostDNS,omitempty"`
}

type NameserverConfig struct {
	Address       netip.Addr `yaml:"address,omitempty"`
	Protocol      string     `yaml:"protocol,omitempty" enum:"Do53|DoT|DoH"`
	TLSServerName string     `yaml:"tlsServerName,omitempty"`
}

type SearchDomainsConfig struct {
	Domains        []string `yaml:"domains,omitempty"`
	DisableDefault *bool    `yaml:"disableDefault,omitempty"`
}

type HostDNSConfig struct {
	Enabled              *bool `yaml:"enabled,omitempty"`
	ForwardKubeDNSToHost *bool `yaml:"forwardKubeDNSToHost,omitempty"`
	ResolveMemberNames   *bool `yaml:"resolveMemberNames,omitempty"`
}

type StaticHostConfig struct {
	Name      string   `yaml:"name,omitempty" required:"true"`
	Hostnames []string `yaml:"hostnames,omitempty"`
}

type TCPProbeConfig struct {
	Name             string        `yaml:"name,omitempty" required:"true"`
	Interval         time.Duration `yaml:"interval,omitempty"`
	FailureThreshold int           `yaml:"failureThreshold,omitempty"`
	Endpoint         string        `yaml:"endpoint,omitempty" required:"true"`
	Timeout          time.Duration `yaml:"timeout,omitempty"`
}

type TimeSyncConfig struct {
	Enabled     *bool         `yaml:"enabled,omitempty"`
	BootTimeout time.Duration `yaml:"bootTimeout,omitempty"`
	NTP         NTPConfig     `yaml:"ntp,omitempty"`
	PTP         PTPConfig     `yaml:"ptp,omitempty"`
}

type NTPConfig struct {
	Servers []string `yaml:"servers,omitempty"`
	UseNTS  *bool    `yaml:"useNTS,omitempty"`
}

type PTPConfig struct {
	Devices []string `yaml:"devices,omitempty"`
}
