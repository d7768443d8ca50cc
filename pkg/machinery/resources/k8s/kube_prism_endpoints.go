package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubePrismEndpointsSpec are all API servers known, whether they answer or not.
type KubePrismEndpointsSpec struct {
	Endpoints []KubePrismEndpoint `yaml:"endpoints" protobuf:"1"`
}

// KubePrismEndpoints has one resource, KubePrismEndpointsID.
var KubePrismEndpoints = resource.Define[KubePrismEndpointsSpec](Kinds, resource.Definition{
	Type: "KubePrismEndpoints.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Hosts", JSONPath: "{.endpoints[*].host}"}, {Name: "Ports", JSONPath: "{.endpoints[*].port}"}},
})
