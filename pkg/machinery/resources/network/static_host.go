package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type StaticHostSpec struct {
	Addresses []netip.Addr `yaml:"addresses" protobuf:"1"`
}

var StaticHosts = resource.Define[StaticHostSpec](Kinds, resource.Definition{
	Type: "StaticHosts.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Addresses", JSONPath: "{.addresses}"}},
})
