package block

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type VolumeTrimScheduleSpec struct {
	Filesystem FilesystemType `yaml:"filesystem" protobuf:"1"`
	Interval   time.Duration  `yaml:"interval" protobuf:"2"`
	NextTrim   time.Time      `yaml:"nextTrim" protobuf:"3"`
}

var VolumeTrimSchedules = resource.Define[VolumeTrimScheduleSpec](Kinds, resource.Definition{
	Type: "VolumeTrimSchedules.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Filesystem", JSONPath: "{.filesystem}"}, {Name: "Interval", JSONPath: "{.interval}"}, {Name: "Next Trim", JSONPath: "{.nextTrim}"}},
})
