package hardware

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SystemInformationSpec is what the firmware calls the machine (SMBIOS type 1).
type SystemInformationSpec struct {
	Manufacturer string `yaml:"manufacturer,omitempty" protobuf:"1"`
	ProductName  string `yaml:"productName,omitempty" protobuf:"2"`
	Version      string `yaml:"version,omitempty" protobuf:"3"`
	BIOSVersion  string `yaml:"biosVersion,omitempty" protobuf:"8"`
	SerialNumber string `yaml:"serialnumber,omitempty" protobuf:"4"`
	UUID         string `yaml:"uuid,omitempty" protobuf:"5"`
	WakeUpType   string `yaml:"wakeUpType,omitempty" protobuf:"6"`
	SKUNumber    string `yaml:"skuNumber,omitempty" protobuf:"7"`
}

// SystemInformations has one resource, SystemInformationID.
var SystemInformations = resource.Define[SystemInformationSpec](Kinds, resource.Definition{
	Type: "SystemInformations.hardware.talos.dev", Namespace: "hardware",
	Columns: []resource.Column{{Name: "Manufacturer", JSONPath: "{.manufacturer}"}, {Name: "ProductName", JSONPath: "{.productName}"}, {Name: "Version", JSONPath: "{.version}"}, {Name: "SerialNumber", JSONPath: "{.serialnumber}"}, {Name: "UUID", JSONPath: "{.uuid}"}, {Name: "WakeUpType", JSONPath: "{.wakeUpType}"}, {Name: "SKUNumber", JSONPath: "{.skuNumber}"}},
})
