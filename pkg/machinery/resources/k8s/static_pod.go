package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StaticPodSpec is a pod that the kubelet runs without being told by an API server.
type StaticPodSpec struct {
	Pod map[string]any `yaml:"" protobuf:"1"`
}

// StaticPods are the control plane's, by component, and those of the machine config, as namespace
// and name.
var StaticPods = resource.Define[StaticPodSpec](Kinds, resource.Definition{
	Type: "StaticPods.kubernetes.talos.dev", Namespace: "k8s",
})
