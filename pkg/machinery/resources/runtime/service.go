package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ServiceSpec is the state of a service. Unknown health is of one that has no check, or was not
// checked yet.
type ServiceSpec struct {
	Running bool `yaml:"running" protobuf:"1"`
	Healthy bool `yaml:"healthy" protobuf:"2"`
	Unknown bool `yaml:"unknown" protobuf:"3"`
}

// Services have the service's name as ID.
var Services = resource.Define[ServiceSpec](Kinds, resource.Definition{
	Type: "Services.v1alpha1.talos.dev", Namespace: "runtime",
	Aliases: []string{"svc"},
	Columns: []resource.Column{{Name: "Running", JSONPath: "{.running}"}, {Name: "Healthy", JSONPath: "{.healthy}"}, {Name: "Health Unknown", JSONPath: "{.unknown}"}},
})
