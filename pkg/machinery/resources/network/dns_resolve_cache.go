package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DNSResolveCacheSpec struct {
	Status string `yaml:"status" protobuf:"1"`
}

var DNSResolveCaches = resource.Define[DNSResolveCacheSpec](Kinds, resource.Definition{
	Type: "DNSResolveCaches.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Status", JSONPath: "{.status}"}},
})
