package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ImageFactorySchematicSpec says which schematic of an image factory the running image was made
// from.
type ImageFactorySchematicSpec struct {
	SchematicID string `yaml:"schematicId" protobuf:"1"`
	Flavor      string `yaml:"flavor" protobuf:"2"`
	APIURL      string `yaml:"apiUrl" protobuf:"3"`
}

// ImageFactorySchematics has one resource, ImageFactorySchematicID.
var ImageFactorySchematics = resource.Define[ImageFactorySchematicSpec](Kinds, resource.Definition{
	Type: "ImageFactorySchematics.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Schematic ID", JSONPath: "{.schematicId}"}, {Name: "Flavor", JSONPath: "{.flavor}"}, {Name: "API URL", JSONPath: "{.apiUrl}"}},
})
