package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SwapStatusSpec is a swap device in use, from /proc/swaps.
type SwapStatusSpec struct {
	Device    string `yaml:"device" protobuf:"1"`
	Type      string `yaml:"type" protobuf:"7"`
	SizeBytes uint64 `yaml:"size" protobuf:"2"`
	SizeHuman string `yaml:"sizeHuman" protobuf:"3"`
	UsedBytes uint64 `yaml:"used" protobuf:"4"`
	UsedHuman string `yaml:"usedHuman" protobuf:"5"`
	Priority  int32  `yaml:"priority" protobuf:"6"`
}

// SwapStatuses are one per line of /proc/swaps.
var SwapStatuses = resource.Define[SwapStatusSpec](Kinds, resource.Definition{
	Type: "SwapStatuses.block.talos.dev", Namespace: "runtime",
	Aliases: []string{"swap", "swaps"},
	Columns: []resource.Column{{Name: "Device", JSONPath: "{.device}"}, {Name: "Size", JSONPath: "{.sizeHuman}"}, {Name: "Used", JSONPath: "{.usedHuman}"}, {Name: "Priority", JSONPath: "{.priority}"}},
})
