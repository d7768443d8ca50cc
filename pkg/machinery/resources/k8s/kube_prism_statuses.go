package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubePrismStatusesSpec says where the balancer listens and whether any server behind it answers.
type KubePrismStatusesSpec struct {
	Host    string `yaml:"host" protobuf:"1"`
	Healthy bool   `yaml:"healthy" protobuf:"2"`
}

// KubePrismStatuses has one resource, KubePrismStatusesID.
var KubePrismStatuses = resource.Define[KubePrismStatusesSpec](Kinds, resource.Definition{
	Type: "KubePrismStatuses.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "HOST", JSONPath: "{.host}"}, {Name: "HEALTHY", JSONPath: "{.healthy}"}},
})
