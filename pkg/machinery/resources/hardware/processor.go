package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ProcessorSpec is a processor socket as the firmware describes it (SMBIOS type 4). Speeds are MHz.
type ProcessorSpec struct {
	Socket       string `yaml:"socket,omitempty" protobuf:"1"`
	Manufacturer string `yaml:"manufacturer,omitempty" protobuf:"2"`
	ProductName  string `yaml:"productName,omitempty" protobuf:"3"`
	MaxSpeed     uint32 `yaml:"maxSpeedMhz,omitempty" protobuf:"4"`
	BootSpeed    uint32 `yaml:"bootSpeedMhz,omitempty" protobuf:"5"`
	Status       uint32 `yaml:"status,omitempty" protobuf:"6"`
	SerialNumber string `yaml:"serialNumber,omitempty" protobuf:"7"`
	AssetTag     string `yaml:"assetTag,omitempty" protobuf:"8"`
	PartNumber   string `yaml:"partNumber,omitempty" protobuf:"9"`
	CoreCount    uint32 `yaml:"coreCount,omitempty" protobuf:"10"`
	CoreEnabled  uint32 `yaml:"coreEnabled,omitempty" protobuf:"11"`
	ThreadCount  uint32 `yaml:"threadCount,omitempty" protobuf:"12"`
}

// Processors are one per socket, also an empty one.
var Processors = resource.Define[ProcessorSpec](Kinds, resource.Definition{
	Type: "Processors.hardware.talos.dev", Namespace: "hardware",
	Aliases: []string{"cpus", "cpu"},
	Columns: []resource.Column{{Name: "Manufacturer", JSONPath: "{.manufacturer}"}, {Name: "Model", JSONPath: "{.productName}"}, {Name: "Cores", JSONPath: "{.coreCount}"}, {Name: "Threads", JSONPath: "{.threadCount}"}},
})
