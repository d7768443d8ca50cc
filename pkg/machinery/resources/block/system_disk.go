package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type SystemDiskSpec struct {
	DiskID  string `yaml:"diskID" protobuf:"1"`
	DevPath string `yaml:"devPath" protobuf:"2"`
}

var SystemDisks = resource.Define[SystemDiskSpec](Kinds, resource.Definition{
	Type: "SystemDisks.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Disk", JSONPath: "{.diskID}"}},
})
