package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// PlatformConfigSpec is what the place the machine runs in says about its network.
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

// PlatformConfigs are that of this boot (PlatformConfigActiveID) and the one kept from an earlier
// one (PlatformConfigCachedID).
var PlatformConfigs = resource.Define[PlatformConfigSpec](Kinds, resource.Definition{
	Type: "PlatformConfigs.net.talos.dev", Namespace: "network",
})
