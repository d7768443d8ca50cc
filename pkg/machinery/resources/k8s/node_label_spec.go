package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeLabelSpec is a label that the node object shall have.
type NodeLabelSpec struct {
	Key   string `yaml:"key" protobuf:"1"`
	Value string `yaml:"value" protobuf:"2"`
}

// NodeLabelSpecs have the key as ID.
var NodeLabelSpecs = resource.Define[NodeLabelSpec](Kinds, resource.Definition{
	Type: "NodeLabelSpecs.k8s.talos.dev", Namespace: "k8s",
	Sensitive: true,
	Columns:   []resource.Column{{Name: "Value", JSONPath: "{.value}"}},
})
