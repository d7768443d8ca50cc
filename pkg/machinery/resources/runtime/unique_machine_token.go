package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// UniqueMachineTokenSpec names the machine to a management service.
type UniqueMachineTokenSpec struct {
	Token string `yaml:"token" protobuf:"1"`
}

// UniqueMachineTokens has one resource, UniqueMachineTokenID.
var UniqueMachineTokens = resource.Define[UniqueMachineTokenSpec](Kinds, resource.Definition{
	Type: "UniqueMachineTokens.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Token", JSONPath: "{.token}"}},
})
