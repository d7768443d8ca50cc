package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StaticPodStatusSpec is a static pod's status as the kubelet reports it.
type StaticPodStatusSpec struct {
	PodStatus map[string]any `yaml:"" protobuf:"1"`
}

// StaticPodStatuses have namespace and name of the pod as ID.
var StaticPodStatuses = resource.Define[StaticPodStatusSpec](Kinds, resource.Definition{
	Type: "StaticPodStatuses.kubernetes.talos.dev", Namespace: "k8s",
	Aliases: []string{"podstatus"},
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.conditions[?(@.type==\"Ready\")].status}"}},
})
