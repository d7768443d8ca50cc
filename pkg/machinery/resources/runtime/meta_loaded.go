package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MetaLoadedSpec says that META was read, or is known not to be there.
type MetaLoadedSpec struct {
	Done bool `yaml:"done" protobuf:"1"`
}

// MetaLoads has one resource, MetaLoadedID.
var MetaLoads = resource.Define[MetaLoadedSpec](Kinds, resource.Definition{
	Type: "MetaLoads.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Done", JSONPath: "{.done}"}},
})
