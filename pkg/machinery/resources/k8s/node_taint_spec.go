package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeTaintSpec is a taint that the node object shall have.
type NodeTaintSpec struct {
	Key    string `yaml:"key" protobuf:"1"`
	Effect string `yaml:"effect" protobuf:"2"`
	Value  string `yaml:"value" protobuf:"3"`
}

// NodeTaintSpecs have the key as ID.
var NodeTaintSpecs = resource.Define[NodeTaintSpec](Kinds, resource.Definition{
	Type: "NodeTaintSpecs.k8s.talos.dev", Namespace: "k8s",
	Sensitive: true,
	Columns:   []resource.Column{{Name: "Effect", JSONPath: "{.effect}"}, {Name: "Value", JSONPath: "{.value}"}},
})
