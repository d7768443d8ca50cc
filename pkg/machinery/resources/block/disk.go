package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DiskSpec is a whole disk with what identifies it. Sizes are bytes. It is what disk selectors of
// the config are evaluated over, under the YAML names.
type DiskSpec struct {
	DevPath         string   `yaml:"dev_path" protobuf:"14"`
	Size            uint64   `yaml:"size" protobuf:"1"`
	PrettySize      string   `yaml:"pretty_size" protobuf:"15"`
	IOSize          uint     `yaml:"io_size" protobuf:"2"`
	SectorSize      uint     `yaml:"sector_size" protobuf:"3"`
	Readonly        bool     `yaml:"readonly" protobuf:"4"`
	CDROM           bool     `yaml:"cdrom" protobuf:"13"`
	Model           string   `yaml:"model,omitempty" protobuf:"5"`
	FirmwareVersion string   `yaml:"firmware_version,omitempty" protobuf:"19"`
	Serial          string   `yaml:"serial,omitempty" protobuf:"6"`
	Modalias        string   `yaml:"modalias,omitempty" protobuf:"7"`
	WWID            string   `yaml:"wwid,omitempty" protobuf:"8"`
	UUID            string   `yaml:"uuid,omitempty" protobuf:"17"`
	BusPath         string   `yaml:"bus_path,omitempty" protobuf:"9"`
	SubSystem       string   `yaml:"sub_system,omitempty" protobuf:"10"`
	Transport       string   `yaml:"transport,omitempty" protobuf:"11"`
	Rotational      bool     `yaml:"rotational,omitempty" protobuf:"12"`
	SecondaryDisks  []string `yaml:"secondary_disks,omitempty" protobuf:"16"`
	Symlinks        []string `yaml:"symlinks,omitempty" protobuf:"18"`
}

// Disks have the kernel's name as ID, such as "sda". Written from BlockDevices and /sys.
var Disks = resource.Define[DiskSpec](Kinds, resource.Definition{
	Type: "Disks.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Size", JSONPath: "{.pretty_size}"}, {Name: "Read Only", JSONPath: "{.readonly}"}, {Name: "Transport", JSONPath: "{.transport}"}, {Name: "Rotational", JSONPath: "{.rotational}"}, {Name: "WWID", JSONPath: "{.wwid}"}, {Name: "Model", JSONPath: "{.model}"}, {Name: "Serial", JSONPath: "{.serial}"}},
})
