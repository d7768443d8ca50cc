package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type HostnameSpec struct {
	Hostname    string      `yaml:"hostname" protobuf:"1"`
	Domainname  string      `yaml:"domainname" protobuf:"2"`
	ConfigLayer ConfigLayer `yaml:"layer" protobuf:"3"`
}

var HostnameSpecs = resource.Define[HostnameSpec](Kinds, resource.Definition{
	Type: "HostnameSpecs.net.talos.dev", Namespace: "network",
})
