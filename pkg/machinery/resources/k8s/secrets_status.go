package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SecretsStatusSpec says that the keys and certificates of static pods are on disk, and of which
// version.
type SecretsStatusSpec struct {
	Ready   bool   `yaml:"ready" protobuf:"1"`
	Version string `yaml:"version" protobuf:"2"`
}

// SecretStatuses has one resource, StaticPodSecretsStaticPodID.
var SecretStatuses = resource.Define[SecretsStatusSpec](Kinds, resource.Definition{
	Type: "SecretStatuses.kubernetes.talos.dev", Namespace: "controlplane",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}, {Name: "Secrets Version", JSONPath: "{.version}"}},
})
