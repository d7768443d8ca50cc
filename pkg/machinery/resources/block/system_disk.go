package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SystemDiskSpec names the disk that the system is installed on: the one with META.
type SystemDiskSpec struct {
	DiskID  string `yaml:"diskID" protobuf:"1"`
	DevPath string `yaml:"devPath" protobuf:"2"`
}

// SystemDisks has one resource, SystemDiskID, and none while the system runs from memory.
var SystemDisks = resource.Define[SystemDiskSpec](Kinds, resource.Definition{
	Type: "SystemDisks.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Disk", JSONPath: "{.diskID}"}},
})
