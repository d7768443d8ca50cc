package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

var ResolverSpecs = resource.Define[ResolverSpec](Kinds, resource.Definition{
	Type: "ResolverSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Layer", JSONPath: "{.layer}"}, {Name: "Resolvers", JSONPath: "{.dnsServers}"}, {Name: "Search Domains", JSONPath: "{.searchDomains}"}},
})
