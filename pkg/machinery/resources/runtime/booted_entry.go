package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type BootedEntrySpec struct {
	BootedEntry string `yaml:"bootedEntry,omitempty" protobuf:"1"`
}

var BootedEntries = resource.Define[BootedEntrySpec](Kinds, resource.Definition{
	Type: "BootedEntries.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Booted Entry", JSONPath: "{.bootedEntry}"}},
})
