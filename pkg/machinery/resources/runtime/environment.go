package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EnvironmentSpec are variables for a service, as name=value.
type EnvironmentSpec struct {
	Variables []string `yaml:"variables" protobuf:"1"`
}

// Environments have the service's name as ID.
var Environments = resource.Define[EnvironmentSpec](Kinds, resource.Definition{
	Type: "Environments.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"env"},
	Columns: []resource.Column{{Name: "Variables", JSONPath: "{.variables}"}},
})
