package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type HostnameStatusSpec struct {
	Hostname   string `yaml:"hostname" protobuf:"1"`
	Domainname string `yaml:"domainname" protobuf:"2"`
}

var HostnameStatuses = resource.Define[HostnameStatusSpec](Kinds, resource.Definition{
	Type: "HostnameStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"hostname"},
	Columns: []resource.Column{{Name: "Hostname", JSONPath: "{.hostname}"}, {Name: "Domainname", JSONPath: "{.domainname}"}},
})
