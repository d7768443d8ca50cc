package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// HostnameStatusSpec is the host name that the kernel has.
type HostnameStatusSpec struct {
	Hostname   string `yaml:"hostname" protobuf:"1"`
	Domainname string `yaml:"domainname" protobuf:"2"`
}

// HostnameStatuses has one resource, HostnameID.
var HostnameStatuses = resource.Define[HostnameStatusSpec](Kinds, resource.Definition{
	Type: "HostnameStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"hostname"},
	Columns: []resource.Column{{Name: "Hostname", JSONPath: "{.hostname}"}, {Name: "Domainname", JSONPath: "{.domainname}"}},
})
