package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type PCIDriverRebindStatusSpec struct {
	PCIID        string `yaml:"pciID" protobuf:"1"`
	TargetDriver string `yaml:"targetDriver" protobuf:"2"`
}

var PCIDriverRebindStatuses = resource.Define[PCIDriverRebindStatusSpec](Kinds, resource.Definition{
	Type: "PCIDriverRebindStatuses.runtime.talos.dev", Namespace: "hardware",
	Aliases: []string{"pcidriverrebinds"},
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "PCI ID", JSONPath: "{.pciID}"}, {Name: "TargetDriver", JSONPath: "{.targetDriver}"}},
})
