package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DNSUpstreamSpec is a name server behind the node's resolver; Healthy is "true" or "false".
type DNSUpstreamSpec struct {
	Healthy string `yaml:"healthy" protobuf:"1"`
	Addr    string `yaml:"addr" protobuf:"2"`
}

// DNSUpstreams have an ID that sorts in the order in which servers are asked.
var DNSUpstreams = resource.Define[DNSUpstreamSpec](Kinds, resource.Definition{
	Type: "DNSUpstreams.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Healthy", JSONPath: "{.healthy}"}, {Name: "Address", JSONPath: "{.addr}"}},
})
