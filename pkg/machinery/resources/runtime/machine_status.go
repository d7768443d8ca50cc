package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MachineStatusSpec is what the machine is about and whether it is well. Clients wait for it.
type MachineStatusSpec struct {
	Stage  MachineStage        `yaml:"stage" protobuf:"1"`
	Status MachineStatusStatus `yaml:"status" protobuf:"2"`
}

// MachineStatusStatus has the reasons a machine is not ready.
type MachineStatusStatus struct {
	Ready           bool             `yaml:"ready" protobuf:"1"`
	UnmetConditions []UnmetCondition `yaml:"unmetConditions" protobuf:"2"`
}

// UnmetCondition is one of them, in words.
type UnmetCondition struct {
	Name   string `yaml:"name" protobuf:"1"`
	Reason string `yaml:"reason" protobuf:"2"`
}

// MachineStatuses has one resource, MachineStatusID.
var MachineStatuses = resource.Define[MachineStatusSpec](Kinds, resource.Definition{
	Type: "MachineStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Stage", JSONPath: "{.stage}"}, {Name: "Ready", JSONPath: "{.status.ready}"}},
})
