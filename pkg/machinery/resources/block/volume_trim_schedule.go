package block

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeTrimScheduleSpec says when unused blocks of a file system are given back next.
type VolumeTrimScheduleSpec struct {
	Filesystem FilesystemType `yaml:"filesystem" protobuf:"1"`
	Interval   time.Duration  `yaml:"interval" protobuf:"2"`
	NextTrim   time.Time      `yaml:"nextTrim" protobuf:"3"`
}

// VolumeTrimSchedules are one per volume that is to be trimmed.
var VolumeTrimSchedules = resource.Define[VolumeTrimScheduleSpec](Kinds, resource.Definition{
	Type: "VolumeTrimSchedules.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Filesystem", JSONPath: "{.filesystem}"}, {Name: "Interval", JSONPath: "{.interval}"}, {Name: "Next Trim", JSONPath: "{.nextTrim}"}},
})
