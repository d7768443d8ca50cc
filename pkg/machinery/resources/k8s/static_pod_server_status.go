package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type StaticPodServerStatusSpec struct {
	URL string `yaml:"url" protobuf:"1"`
}

var StaticPodServerStatuses = resource.Define[StaticPodServerStatusSpec](Kinds, resource.Definition{
	Type: "StaticPodServerStatuses.kubernetes.talos.dev", Namespace: "k8s",
})
