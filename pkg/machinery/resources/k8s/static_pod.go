package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type StaticPodSpec struct {
	Pod map[string]any `yaml:"" protobuf:"1"`
}

var StaticPods = resource.Define[StaticPodSpec](Kinds, resource.Definition{
	Type: "StaticPods.kubernetes.talos.dev", Namespace: "k8s",
})
