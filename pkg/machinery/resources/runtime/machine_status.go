package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MachineStatusSpec struct {
	Stage  MachineStage        `yaml:"stage" protobuf:"1"`
	Status MachineStatusStatus `yaml:"status" protobuf:"2"`
}

type MachineStatusStatus struct {
	Ready           bool             `yaml:"ready" protobuf:"1"`
	UnmetConditions []UnmetCondition `yaml:"unmetConditions" protobuf:"2"`
}

type UnmetCondition struct {
	Name   string `yaml:"name" protobuf:"1"`
	Reason string `yaml:"reason" protobuf:"2"`
}

var MachineStatuses = resource.Define[MachineStatusSpec](Kinds, resource.Definition{
	Type: "MachineStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Stage", JSONPath: "{.stage}"}, {Name: "Ready", JSONPath: "{.status.ready}"}},
})
