package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// UnattendedInstallStatusSpec is an installation without an API call; Error is set when Phase says
// that it failed.
type UnattendedInstallStatusSpec struct {
	Image string                 `yaml:"image,omitempty" protobuf:"1"`
	Phase UnattendedInstallPhase `yaml:"phase,omitempty" protobuf:"2"`
	Error string                 `yaml:"error,omitempty" protobuf:"3"`
}

// UnattendedInstallStatuses has one resource, UnattendedInstallStatusID.
var UnattendedInstallStatuses = resource.Define[UnattendedInstallStatusSpec](Kinds, resource.Definition{
	Type: "UnattendedInstallStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Phase", JSONPath: "{.phase}"}},
})
