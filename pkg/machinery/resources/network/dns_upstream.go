package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DNSUpstreamSpec struct {
	Healthy string `yaml:"healthy" protobuf:"1"`
	Addr    string `yaml:"addr" protobuf:"2"`
}

var DNSUpstreams = resource.Define[DNSUpstreamSpec](Kinds, resource.Definition{
	Type: "DNSUpstreams.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Healthy", JSONPath: "{.healthy}"}, {Name: "Address", JSONPath: "{.addr}"}},
})
