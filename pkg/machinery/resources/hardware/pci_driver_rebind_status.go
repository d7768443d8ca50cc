package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// PCIDriverRebindStatusSpec is a device that got another driver.
type PCIDriverRebindStatusSpec struct {
	PCIID        string `yaml:"pciID" protobuf:"1"`
	TargetDriver string `yaml:"targetDriver" protobuf:"2"`
}

// PCIDriverRebindStatuses have the PCI address as ID.
var PCIDriverRebindStatuses = resource.Define[PCIDriverRebindStatusSpec](Kinds, resource.Definition{
	Type: "PCIDriverRebindStatuses.runtime.talos.dev", Namespace: "hardware",
	Aliases: []string{"pcidriverrebinds"},
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "PCI ID", JSONPath: "{.pciID}"}, {Name: "TargetDriver", JSONPath: "{.targetDriver}"}},
})
