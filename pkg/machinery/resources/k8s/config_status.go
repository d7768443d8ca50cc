package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ConfigStatusSpec says that the files static pods read are written, and of which version.
type ConfigStatusSpec struct {
	Ready   bool   `yaml:"ready" protobuf:"1"`
	Version string `yaml:"version" protobuf:"2"`
}

// ConfigStatuses has one resource, ConfigStatusStaticPodID.
var ConfigStatuses = resource.Define[ConfigStatusSpec](Kinds, resource.Definition{
	Type: "ConfigStatuses.kubernetes.talos.dev", Namespace: "controlplane",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}, {Name: "Secrets Version", JSONPath: "{.version}"}},
})
