package network

import (
	"net/netip"
	"net/url"
	"time"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

type PlatformConfigSpec struct {
	Addresses   []AddressSpec                 `yaml:"addresses" protobuf:"1"`
	Links       []LinkSpec                    `yaml:"links" protobuf:"2"`
	Routes      []RouteSpec                   `yaml:"routes" protobuf:"3"`
	Hostnames   []HostnameSpec                `yaml:"hostnames" protobuf:"4"`
	Resolvers   []ResolverSpec                `yaml:"resolvers" protobuf:"5"`
	TimeServers []TimeServerSpec              `yaml:"timeServers" protobuf:"6"`
	Operators   []OperatorSpec                `yaml:"operators" protobuf:"7"`
	ExternalIPs []netip.Addr                  `yaml:"externalIPs" protobuf:"8"`
	Probes      []ProbeSpec                   `yaml:"probes,omitempty" protobuf:"9"`
	Metadata    *runtime.PlatformMetadataSpec `yaml:"metadata,omitempty" protobuf:"10"`
}

type RouteSpec struct {
	Family      netenum.Family        `yaml:"family" protobuf:"1"`
	Destination netip.Prefix          `yaml:"dst" protobuf:"2"`
	Source      netip.Addr            `yaml:"src" protobuf:"3"`
	Gateway     netip.Addr            `yaml:"gateway" protobuf:"4"`
	OutLinkName string                `yaml:"outLinkName,omitempty" protobuf:"5"`
	Table       netenum.RoutingTable  `yaml:"table" protobuf:"6"`
	Priority    uint32                `yaml:"priority,omitempty" protobuf:"7"`
	Scope       netenum.Scope         `yaml:"scope" protobuf:"8"`
	Type        netenum.RouteType     `yaml:"type" protobuf:"9"`
	Flags       netenum.RouteFlags    `yaml:"flags" protobuf:"10"`
	Protocol    netenum.RouteProtocol `yaml:"protocol" protobuf:"11"`
	ConfigLayer ConfigLayer           `yaml:"layer" protobuf:"12"`
	MTU         uint32                `yaml:"mtu,omitempty" protobuf:"13"`
	NextHops    []RouteNextHop        `yaml:"nextHops,omitempty" protobuf:"14"`
}

type RouteNextHop struct {
	Gateway     netip.Addr `yaml:"gateway" protobuf:"1"`
	OutLinkName string     `yaml:"outLinkName,omitempty" protobuf:"2"`
	Weight      uint32     `yaml:"weight,omitempty" protobuf:"3"`
}

type ResolverSpec struct {
	DNSServers              []netip.Addr     `yaml:"dnsServers" protobuf:"1"`
	NameServers             []NameServerSpec `yaml:"nameServers,omitempty" protobuf:"4"`
	ConfigLayer             ConfigLayer      `yaml:"layer" protobuf:"2"`
	SearchDomains           []string         `yaml:"searchDomains,omitempty" protobuf:"3"`
	SearchDomainsOverridden bool             `yaml:"searchDomainsOverridden,omitempty" protobuf:"5"`
}

type NameServerSpec struct {
	Addr          netip.Addr          `yaml:"addr" protobuf:"1"`
	Protocol      netenum.DNSProtocol `yaml:"protocol" protobuf:"2"`
	TLSServerName string              `yaml:"tlsServerName" protobuf:"3"`
}

type TimeServerSpec struct {
	NTPServers  []string    `yaml:"timeServers" protobuf:"1"`
	UseNTS      bool        `yaml:"useNTS,omitempty" protobuf:"3"`
	ConfigLayer ConfigLayer `yaml:"layer" protobuf:"2"`
}

type ProbeSpec struct {
	Interval         time.Duration `yaml:"interval" protobuf:"1"`
	FailureThreshold int           `yaml:"failureThreshold" protobuf:"2"`
	TCP              TCPProbeSpec  `yaml:"tcp,omitempty" protobuf:"3"`
	ConfigLayer      ConfigLayer   `yaml:"layer" protobuf:"4"`
	HTTP             HTTPProbeSpec `yaml:"http,omitempty" protobuf:"5"`
}

type TCPProbeSpec struct {
	Endpoint string        `yaml:"endpoint" protobuf:"1"`
	Timeout  time.Duration `yaml:"timeout" protobuf:"2"`
}

type HTTPProbeSpec struct {
	URL     *url.URL      `yaml:"url" protobuf:"1"`
	Timeout time.Duration `yaml:"timeout" protobuf:"2"`
}

var PlatformConfigs = resource.Define[PlatformConfigSpec](Kinds, resource.Definition{
	Type: "PlatformConfigs.net.talos.dev", Namespace: "network",
})
