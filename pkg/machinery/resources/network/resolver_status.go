package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ResolverStatusSpec are the name servers in use.
type ResolverStatusSpec struct {
	DNSServers    []netip.Addr     `yaml:"dnsServers" protobuf:"1"`
	NameServers   []NameServerSpec `yaml:"nameServers,omitempty" protobuf:"4"`
	SearchDomains []string         `yaml:"searchDomains" protobuf:"2"`
}

// ResolverStatuses has one resource, ResolverID.
var ResolverStatuses = resource.Define[ResolverStatusSpec](Kinds, resource.Definition{
	Type: "ResolverStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"resolvers"},
	Columns: []resource.Column{{Name: "Resolvers", JSONPath: "{.dnsServers}"}, {Name: "Search Domains", JSONPath: "{.searchDomains}"}},
})
