package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// BootedEntrySpec has the name of the boot loader entry this boot came from.
type BootedEntrySpec struct {
	BootedEntry string `yaml:"bootedEntry,omitempty" protobuf:"1"`
}

// BootedEntries has one resource, BootedEntryID, on machines booted by a boot loader with entries.
var BootedEntries = resource.Define[BootedEntrySpec](Kinds, resource.Definition{
	Type: "BootedEntries.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Booted Entry", JSONPath: "{.bootedEntry}"}},
})
