package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DNSResolveCacheSpec says that the node's resolver listens.
type DNSResolveCacheSpec struct {
	Status string `yaml:"status" protobuf:"1"`
}

// DNSResolveCaches have network and address as ID, such as "udp-127.0.0.53:53".
var DNSResolveCaches = resource.Define[DNSResolveCacheSpec](Kinds, resource.Definition{
	Type: "DNSResolveCaches.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Status", JSONPath: "{.status}"}},
})
