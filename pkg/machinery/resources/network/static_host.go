package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StaticHostSpec is a line of /etc/hosts.
type StaticHostSpec struct {
	Addresses []netip.Addr `yaml:"addresses" protobuf:"1"`
}

// StaticHosts have the host name as ID.
var StaticHosts = resource.Define[StaticHostSpec](Kinds, resource.Definition{
	Type: "StaticHosts.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Addresses", JSONPath: "{.addresses}"}},
})
