package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StaticPodServerStatusSpec says where static pods are served from.
type StaticPodServerStatusSpec struct {
	URL string `yaml:"url" protobuf:"1"`
}

// StaticPodServerStatuses has one resource, StaticPodServerStatusResourceID. This system writes
// static pods to files and has none.
var StaticPodServerStatuses = resource.Define[StaticPodServerStatusSpec](Kinds, resource.Definition{
	Type: "StaticPodServerStatuses.kubernetes.talos.dev", Namespace: "k8s",
})
