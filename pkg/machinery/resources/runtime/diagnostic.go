package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DiagnosticSpec struct {
	Message string   `yaml:"message" protobuf:"1"`
	Details []string `yaml:"details" protobuf:"2"`
}

var Diagnostics = resource.Define[DiagnosticSpec](Kinds, resource.Definition{
	Type: "Diagnostics.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Message", JSONPath: "{.message}"}},
})
