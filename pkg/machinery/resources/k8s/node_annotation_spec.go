package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeAnnotationSpec is an annotation that the node object shall have.
type NodeAnnotationSpec struct {
	Key   string `yaml:"key" protobuf:"1"`
	Value string `yaml:"value" protobuf:"2"`
}

// NodeAnnotationSpecs have the key as ID. Keys that were set once are remembered on the node object
// and removed with their spec.
var NodeAnnotationSpecs = resource.Define[NodeAnnotationSpec](Kinds, resource.Definition{
	Type: "NodeAnnotationSpecs.k8s.talos.dev", Namespace: "k8s",
	Sensitive: true,
	Columns:   []resource.Column{{Name: "Value", JSONPath: "{.value}"}},
})
