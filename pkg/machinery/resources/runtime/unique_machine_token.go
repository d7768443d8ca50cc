package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type UniqueMachineTokenSpec struct {
	Token string `yaml:"token" protobuf:"1"`
}

var UniqueMachineTokens = resource.Define[UniqueMachineTokenSpec](Kinds, resource.Definition{
	Type: "UniqueMachineTokens.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Token", JSONPath: "{.token}"}},
})
