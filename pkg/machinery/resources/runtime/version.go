package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VersionSpec is the running release.
type VersionSpec struct {
	Name    string `yaml:"name" protobuf:"2"`
	Version string `yaml:"version" protobuf:"1"`
}

// Versions has one resource, "version".
var Versions = resource.Define[VersionSpec](Kinds, resource.Definition{
	Type: "Versions.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "Version", JSONPath: "{.version}"}},
})
