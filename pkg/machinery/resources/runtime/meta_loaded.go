package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MetaLoadedSpec struct {
	Done bool `yaml:"done" protobuf:"1"`
}

var MetaLoads = resource.Define[MetaLoadedSpec](Kinds, resource.Definition{
	Type: "MetaLoads.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Done", JSONPath: "{.done}"}},
})
