package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// PCIDriverRebindConfigSpec asks for a device to be driven by another driver.
type PCIDriverRebindConfigSpec struct {
	PCIID        string `yaml:"pciID" protobuf:"1"`
	TargetDriver string `yaml:"targetDriver" protobuf:"2"`
}

// PCIDriverRebindConfigs have the PCI address as ID.
var PCIDriverRebindConfigs = resource.Define[PCIDriverRebindConfigSpec](Kinds, resource.Definition{
	Type: "PCIDriverRebindConfigs.runtime.talos.dev", Namespace: "hardware",
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "PCI ID", JSONPath: "{.pciID}"}, {Name: "TargetDriver", JSONPath: "{.targetDriver}"}},
})
