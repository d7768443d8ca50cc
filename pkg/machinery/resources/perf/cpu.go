package perf

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// CPUSpec has the counters of /proc/stat since boot.
type CPUSpec struct {
	CPU             []CPUStat `yaml:"cpu" protobuf:"1"`
	CPUTotal        CPUStat   `yaml:"cpuTotal" protobuf:"2"`
	IRQTotal        uint64    `yaml:"irqTotal" protobuf:"3"`
	ContextSwitches uint64    `yaml:"contextSwitches" protobuf:"4"`
	ProcessCreated  uint64    `yaml:"processCreated" protobuf:"5"`
	ProcessRunning  uint64    `yaml:"processRunning" protobuf:"6"`
	ProcessBlocked  uint64    `yaml:"processBlocked" protobuf:"7"`
	SoftIrqTotal    uint64    `yaml:"softIrqTotal" protobuf:"8"`
}

// CPUStat is time spent per kind of work, in seconds.
type CPUStat struct {
	User      float64 `yaml:"user" protobuf:"1"`
	Nice      float64 `yaml:"nice" protobuf:"2"`
	System    float64 `yaml:"system" protobuf:"3"`
	Idle      float64 `yaml:"idle" protobuf:"4"`
	Iowait    float64 `yaml:"iowait" protobuf:"5"`
	Irq       float64 `yaml:"irq" protobuf:"6"`
	SoftIrq   float64 `yaml:"softIrq" protobuf:"7"`
	Steal     float64 `yaml:"steal" protobuf:"8"`
	Guest     float64 `yaml:"guest" protobuf:"9"`
	GuestNice float64 `yaml:"guestNice" protobuf:"10"`
}

// CPUStats has one resource, CPUID.
var CPUStats = resource.Define[CPUSpec](Kinds, resource.Definition{
	Type: "CPUStats.perf.talos.dev", Namespace: "perf",
	Columns: []resource.Column{{Name: "User", JSONPath: "{.cpuTotal.user}"}, {Name: "System", JSONPath: "{.cpuTotal.system}"}},
})
