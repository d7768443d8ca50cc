package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type BootIDSpec struct {
	BootID string `yaml:"bootID" protobuf:"1"`
}

var BootIDs = resource.Define[BootIDSpec](Kinds, resource.Definition{
	Type: "BootIDs.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Boot ID", JSONPath: "{.bootID}"}},
})
