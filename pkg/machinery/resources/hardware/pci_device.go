package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// PCIDeviceSpec is a PCI device; IDs are hexadecimal, names come from the PCI database.
type PCIDeviceSpec struct {
	Class      string `yaml:"class,omitempty" protobuf:"1"`
	Subclass   string `yaml:"subclass,omitempty" protobuf:"2"`
	Vendor     string `yaml:"vendor,omitempty" protobuf:"3"`
	Product    string `yaml:"product,omitempty" protobuf:"4"`
	ClassID    string `yaml:"class_id" protobuf:"5"`
	SubclassID string `yaml:"subclass_id" protobuf:"6"`
	VendorID   string `yaml:"vendor_id" protobuf:"7"`
	ProductID  string `yaml:"product_id" protobuf:"8"`
	Driver     string `yaml:"driver,omitempty" protobuf:"9"`
}

// PCIDevices have the PCI address as ID, such as "0000:00:1f.2".
var PCIDevices = resource.Define[PCIDeviceSpec](Kinds, resource.Definition{
	Type: "PCIDevices.hardware.talos.dev", Namespace: "hardware",
	Aliases: []string{"devices", "device"},
	Columns: []resource.Column{{Name: "Class", JSONPath: "{.class}"}, {Name: "Subclass", JSONPath: "{.subclass}"}, {Name: "Vendor", JSONPath: "{.vendor}"}, {Name: "Product", JSONPath: "{.product}"}},
})
