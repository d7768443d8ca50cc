package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// BootIDSpec has the kernel's random ID of this boot: when it differs, the machine was restarted.
type BootIDSpec struct {
	BootID string `yaml:"bootID" protobuf:"1"`
}

// BootIDs has one resource, BootIDID.
var BootIDs = resource.Define[BootIDSpec](Kinds, resource.Definition{
	Type: "BootIDs.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Boot ID", JSONPath: "{.bootID}"}},
})
