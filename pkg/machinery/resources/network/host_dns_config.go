package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// HostDNSConfigSpec says where the node's resolver listens. The service addresses are what pods
// ask.
type HostDNSConfigSpec struct {
	Enabled                 bool             `yaml:"enabled" protobuf:"1"`
	ListenAddresses         []netip.AddrPort `yaml:"listenAddresses,omitempty" protobuf:"2"`
	ServiceHostDNSAddress   netip.Addr       `yaml:"serviceHostDNSAddress,omitempty" protobuf:"3"`
	ResolveMemberNames      bool             `yaml:"resolveMemberNames,omitempty" protobuf:"4"`
	ServiceHostDNSAddressV6 netip.Addr       `yaml:"serviceHostDNSAddressV6,omitempty" protobuf:"5"`
}

// HostDNSConfigs has one resource, HostDNSConfigID.
var HostDNSConfigs = resource.Define[HostDNSConfigSpec](Kinds, resource.Definition{
	Type: "HostDNSConfigs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Enabled", JSONPath: "{.enabled}"}},
})
