package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KubePrismEndpointsSpec struct {
	Endpoints []KubePrismEndpoint `yaml:"endpoints" protobuf:"1"`
}

var KubePrismEndpoints = resource.Define[KubePrismEndpointsSpec](Kinds, resource.Definition{
	Type: "KubePrismEndpoints.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Hosts", JSONPath: "{.endpoints[*].host}"}, {Name: "Ports", JSONPath: "{.endpoints[*].port}"}},
})
