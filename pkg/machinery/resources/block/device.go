package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DeviceSpec is a block device as the kernel has it: a disk or a partition. Generation grows with
// each event about the device, so that its contents are looked at again.
type DeviceSpec struct {
	Type            string   `yaml:"type" protobuf:"1"`
	Major           int      `yaml:"major" protobuf:"2"`
	Minor           int      `yaml:"minor" protobuf:"3"`
	PartitionName   string   `yaml:"partitionName,omitempty" protobuf:"4"`
	PartitionNumber int      `yaml:"partitionNumber,omitempty" protobuf:"5"`
	DevicePath      string   `yaml:"devicePath" protobuf:"7"`
	Generation      int      `yaml:"generation" protobuf:"6"`
	Parent          string   `yaml:"parent,omitempty" protobuf:"8"`
	Secondaries     []string `yaml:"secondaries,omitempty" protobuf:"9"`
}

// BlockDevices have the kernel's name as ID, such as "sda1". Written from /sys and uevents.
var BlockDevices = resource.Define[DeviceSpec](Kinds, resource.Definition{
	Type: "BlockDevices.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Type", JSONPath: "{.type}"}, {Name: "PartitionName", JSONPath: "{.partitionName}"}, {Name: "Generation", JSONPath: "{.generation}"}},
})
