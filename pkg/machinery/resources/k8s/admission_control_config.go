package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AdmissionControlConfigSpec struct {
	Config []AdmissionPluginSpec `yaml:"config" protobuf:"1"`
}

type AdmissionPluginSpec struct {
	Name          string         `yaml:"name" protobuf:"1"`
	Configuration map[string]any `yaml:"configuration" protobuf:"2"`
}

var AdmissionControlConfigs = resource.Define[AdmissionControlConfigSpec](Kinds, resource.Definition{
	Type: "AdmissionControlConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
