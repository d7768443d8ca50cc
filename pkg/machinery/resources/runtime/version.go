package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type VersionSpec struct {
	Name    string `yaml:"name" protobuf:"2"`
	Version string `yaml:"version" protobuf:"1"`
}

var Versions = resource.Define[VersionSpec](Kinds, resource.Definition{
	Type: "Versions.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "Version", JSONPath: "{.version}"}},
})
