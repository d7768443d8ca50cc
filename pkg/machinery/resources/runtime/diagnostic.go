package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiagnosticSpec tells a person about something wrong that only a person can mend.
type DiagnosticSpec struct {
	Message string   `yaml:"message" protobuf:"1"`
	Details []string `yaml:"details" protobuf:"2"`
}

// Diagnostics have the problem's name as ID and go away with it.
var Diagnostics = resource.Define[DiagnosticSpec](Kinds, resource.Definition{
	Type: "Diagnostics.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Message", JSONPath: "{.message}"}},
})
