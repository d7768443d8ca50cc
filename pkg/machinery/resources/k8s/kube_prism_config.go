package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubePrismConfigSpec is where the node's balancer for API servers listens, and what is behind it.
type KubePrismConfigSpec struct {
	Host      string              `yaml:"host" protobuf:"1"`
	Port      int                 `yaml:"port" protobuf:"2"`
	Endpoints []KubePrismEndpoint `yaml:"endpoints" protobuf:"3"`
}

// KubePrismEndpoint is an API server behind the balancer.
type KubePrismEndpoint struct {
	Host string `yaml:"host" protobuf:"1"`
	Port uint32 `yaml:"port" protobuf:"2"`
}

// KubePrismConfigs has one resource, KubePrismConfigID, while KubePrism is on.
var KubePrismConfigs = resource.Define[KubePrismConfigSpec](Kinds, resource.Definition{
	Type: "KubePrismConfigs.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Host", JSONPath: "{.host}"}, {Name: "Port", JSONPath: "{.port}"}, {Name: "Endpoints", JSONPath: "{.endpoints}"}},
})
