package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MetaKeySpec struct {
	Value string `yaml:"value" protobuf:"1"`
}

var MetaKeys = resource.Define[MetaKeySpec](Kinds, resource.Definition{
	Type: "MetaKeys.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"meta"},
	Columns: []resource.Column{{Name: "Value", JSONPath: "{.value}"}},
})
