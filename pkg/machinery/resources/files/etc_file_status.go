package files

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type EtcFileStatusSpec struct {
	SpecVersion string `yaml:"specVersion" protobuf:"1"`
}

var EtcFileStatuses = resource.Define[EtcFileStatusSpec](Kinds, resource.Definition{
	Type: "EtcFileStatuses.files.talos.dev", Namespace: "files",
})
