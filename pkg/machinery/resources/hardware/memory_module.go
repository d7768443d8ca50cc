package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MemoryModuleSpec is a memory slot as the firmware describes it (SMBIOS type 17). Size is MiB,
// Speed MT/s.
type MemoryModuleSpec struct {
	Size          uint32 `yaml:"sizeMiB,omitempty" protobuf:"1"`
	DeviceLocator string `yaml:"deviceLocator,omitempty" protobuf:"2"`
	BankLocator   string `yaml:"bankLocator,omitempty" protobuf:"3"`
	Speed         uint32 `yaml:"speed,omitempty" protobuf:"4"`
	Manufacturer  string `yaml:"manufacturer,omitempty" protobuf:"5"`
	SerialNumber  string `yaml:"serialNumber,omitempty" protobuf:"6"`
	AssetTag      string `yaml:"assetTag,omitempty" protobuf:"7"`
	ProductName   string `yaml:"productName,omitempty" protobuf:"8"`
}

// MemoryModules are one per slot; an empty one has no size.
var MemoryModules = resource.Define[MemoryModuleSpec](Kinds, resource.Definition{
	Type: "MemoryModules.hardware.talos.dev", Namespace: "hardware",
	Aliases: []string{"memorymodules", "ram"},
	Columns: []resource.Column{{Name: "Manufacturer", JSONPath: "{.manufacturer}"}, {Name: "Model", JSONPath: "{.productName}"}, {Name: "SizeMiB", JSONPath: "{.sizeMiB}"}},
})
