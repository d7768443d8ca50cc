package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiscoveredVolumeSpec is what probing found on a device: a partition table, a file system, or
// nothing that is known. Offset and Size are bytes; Size is the device's and ProbedSize what the
// file system says. Partition fields are empty on whole disks.
type DiscoveredVolumeSpec struct {
	DevPath             string `yaml:"dev_path" protobuf:"17"`
	Type                string `yaml:"type" protobuf:"14"`
	DevicePath          string `yaml:"device_path" protobuf:"15"`
	Parent              string `yaml:"parent,omitempty" protobuf:"16"`
	ParentDevPath       string `yaml:"parent_dev_path,omitempty" protobuf:"18"`
	Offset              uint64 `yaml:"offset" protobuf:"20"`
	Size                uint64 `yaml:"size" protobuf:"1"`
	PrettySize          string `yaml:"pretty_size" protobuf:"19"`
	SectorSize          uint   `yaml:"sector_size,omitempty" protobuf:"2"`
	IOSize              uint   `yaml:"io_size,omitempty" protobuf:"3"`
	Name                string `yaml:"name" protobuf:"4"`
	UUID                string `yaml:"uuid,omitempty" protobuf:"5"`
	Label               string `yaml:"label,omitempty" protobuf:"6"`
	BlockSize           uint32 `yaml:"block_size,omitempty" protobuf:"7"`
	FilesystemBlockSize uint32 `yaml:"filesystem_block_size,omitempty" protobuf:"8"`
	ProbedSize          uint64 `yaml:"probed_size,omitempty" protobuf:"9"`
	PartitionUUID       string `yaml:"partition_uuid,omitempty" protobuf:"10"`
	PartitionType       string `yaml:"partition_type,omitempty" protobuf:"11"`
	PartitionLabel      string `yaml:"partition_label,omitempty" protobuf:"12"`
	PartitionIndex      uint   `yaml:"partition_index,omitempty" protobuf:"13"`
}

// DiscoveredVolumes have the kernel's device name as ID; a partition is there also when the kernel
// does not show it yet.
var DiscoveredVolumes = resource.Define[DiscoveredVolumeSpec](Kinds, resource.Definition{
	Type: "DiscoveredVolumes.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Type", JSONPath: "{.type}"}, {Name: "Size", JSONPath: "{.pretty_size}"}, {Name: "Discovered", JSONPath: "{.name}"}, {Name: "Label", JSONPath: "{.label}"}, {Name: "PartitionLabel", JSONPath: "{.partition_label}"}},
})
