package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MetaKeySpec is a value of the META partition.
type MetaKeySpec struct {
	Value string `yaml:"value" protobuf:"1"`
}

// MetaKeys have the tag as ID, as in "0x0a".
var MetaKeys = resource.Define[MetaKeySpec](Kinds, resource.Definition{
	Type: "MetaKeys.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"meta"},
	Columns: []resource.Column{{Name: "Value", JSONPath: "{.value}"}},
})
