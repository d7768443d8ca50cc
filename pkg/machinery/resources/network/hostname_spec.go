package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// HostnameSpec asks for a host name, without its domain.
type HostnameSpec struct {
	Hostname    string      `yaml:"hostname" protobuf:"1"`
	Domainname  string      `yaml:"domainname" protobuf:"2"`
	ConfigLayer ConfigLayer `yaml:"layer" protobuf:"3"`
}

// HostnameSpecs have HostnameID as ID; in the namespace network-config, with the layer and its
// source before it.
var HostnameSpecs = resource.Define[HostnameSpec](Kinds, resource.Definition{
	Type: "HostnameSpecs.net.talos.dev", Namespace: "network",
})
