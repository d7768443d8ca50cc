package files

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EtcFileStatusSpec has the version of the spec that is in place.
type EtcFileStatusSpec struct {
	SpecVersion string `yaml:"specVersion" protobuf:"1"`
}

// EtcFileStatuses have the path below /etc as ID.
var EtcFileStatuses = resource.Define[EtcFileStatusSpec](Kinds, resource.Definition{
	Type: "EtcFileStatuses.files.talos.dev", Namespace: "files",
})
