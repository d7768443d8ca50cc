package block

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// FSScrubScheduleSpec says when a file system is checked next for damage.
type FSScrubScheduleSpec struct {
	Filesystem FilesystemType `yaml:"filesystem" protobuf:"1"`
	Interval   time.Duration  `yaml:"interval" protobuf:"2"`
	NextScrub  time.Time      `yaml:"nextScrub" protobuf:"3"`
}

// FSScrubSchedules are one per volume that is to be checked.
var FSScrubSchedules = resource.Define[FSScrubScheduleSpec](Kinds, resource.Definition{
	Type: "FSScrubSchedules.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Filesystem", JSONPath: "{.filesystem}"}, {Name: "Interval", JSONPath: "{.interval}"}, {Name: "Next Scrub", JSONPath: "{.nextScrub}"}},
})
