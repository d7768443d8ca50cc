package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type UnattendedInstallStatusSpec struct {
	Image string                 `yaml:"image,omitempty" protobuf:"1"`
	Phase UnattendedInstallPhase `yaml:"phase,omitempty" protobuf:"2"`
	Error string                 `yaml:"error,omitempty" protobuf:"3"`
}

var UnattendedInstallStatuses = resource.Define[UnattendedInstallStatusSpec](Kinds, resource.Definition{
	Type: "UnattendedInstallStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Phase", JSONPath: "{.phase}"}},
})
