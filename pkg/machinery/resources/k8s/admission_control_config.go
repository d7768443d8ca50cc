package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AdmissionControlConfigSpec lists configured admission plugins of the API server, in order.
type AdmissionControlConfigSpec struct {
	Config []AdmissionPluginSpec `yaml:"config" protobuf:"1"`
}

// AdmissionPluginSpec is the configuration of one plugin, as a tree.
type AdmissionPluginSpec struct {
	Name          string         `yaml:"name" protobuf:"1"`
	Configuration map[string]any `yaml:"configuration" protobuf:"2"`
}

// AdmissionControlConfigs has one resource, AdmissionControlConfigID, on control plane nodes.
var AdmissionControlConfigs = resource.Define[AdmissionControlConfigSpec](Kinds, resource.Definition{
	Type: "AdmissionControlConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
