package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ResolverSpec asks for name servers. NameServers are for protocols other than plain DNS.
type ResolverSpec struct {
	DNSServers              []netip.Addr     `yaml:"dnsServers" protobuf:"1"`
	NameServers             []NameServerSpec `yaml:"nameServers,omitempty" protobuf:"4"`
	ConfigLayer             ConfigLayer      `yaml:"layer" protobuf:"2"`
	SearchDomains           []string         `yaml:"searchDomains,omitempty" protobuf:"3"`
	SearchDomainsOverridden bool             `yaml:"searchDomainsOverridden,omitempty" protobuf:"5"`
}

// NameServerSpec is a name server with its protocol.
type NameServerSpec struct {
	Addr          netip.Addr          `yaml:"addr" protobuf:"1"`
	Protocol      netenum.DNSProtocol `yaml:"protocol" protobuf:"2"`
	TLSServerName string              `yaml:"tlsServerName" protobuf:"3"`
}

// ResolverSpecs have ResolverID as ID; in the namespace network-config, with the layer and its
// source before it.
var ResolverSpecs = resource.Define[ResolverSpec](Kinds, resource.Definition{
	Type: "ResolverSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Layer", JSONPath: "{.layer}"}, {Name: "Resolvers", JSONPath: "{.dnsServers}"}, {Name: "Search Domains", JSONPath: "{.searchDomains}"}},
})
