package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// CPUCoreSpec is a core with what /proc/cpuinfo says about it.
type CPUCoreSpec struct {
	Socket           string   `yaml:"socket,omitempty" protobuf:"1"`
	CoreID           string   `yaml:"coreID,omitempty" protobuf:"2"`
	LogicalCPUs      []uint32 `yaml:"logicalCPUs,omitempty" protobuf:"3"`
	VendorID         string   `yaml:"vendorID,omitempty" protobuf:"4"`
	CPUFamily        string   `yaml:"cpuFamily,omitempty" protobuf:"5"`
	Model            string   `yaml:"model,omitempty" protobuf:"6"`
	ModelName        string   `yaml:"modelName,omitempty" protobuf:"7"`
	Stepping         string   `yaml:"stepping,omitempty" protobuf:"8"`
	Microcode        string   `yaml:"microcode,omitempty" protobuf:"9"`
	CacheSize        string   `yaml:"cacheSize,omitempty" protobuf:"10"`
	CoresPerSocket   uint32   `yaml:"coresPerSocket,omitempty" protobuf:"11"`
	ThreadsPerSocket uint32   `yaml:"threadsPerSocket,omitempty" protobuf:"12"`
	Flags            []string `yaml:"flags,omitempty" protobuf:"13"`
	Bugs             []string `yaml:"bugs,omitempty" protobuf:"14"`
	BogoMips         float64  `yaml:"bogoMips,omitempty" protobuf:"15"`
	AddressSizes     string   `yaml:"addressSizes,omitempty" protobuf:"16"`
}

// CPUCores are one per physical core, however many threads it has.
var CPUCores = resource.Define[CPUCoreSpec](Kinds, resource.Definition{
	Type: "CPUCores.hardware.talos.dev", Namespace: "hardware",
	Aliases: []string{"cpucores"},
	Columns: []resource.Column{{Name: "Socket", JSONPath: "{.socket}"}, {Name: "Core", JSONPath: "{.coreID}"}, {Name: "Model", JSONPath: "{.modelName}"}, {Name: "Logical CPUs", JSONPath: "{.logicalCPUs}"}},
})
