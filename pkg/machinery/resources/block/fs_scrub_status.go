package block

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// FSScrubStatusSpec has the outcome of the last check of a mounted file system.
type FSScrubStatusSpec struct {
	Mountpoint string        `yaml:"mountpoint" protobuf:"1"`
	Interval   time.Duration `yaml:"interval" protobuf:"2"`
	Time       time.Time     `yaml:"time" protobuf:"3"`
	Duration   time.Duration `yaml:"duration" protobuf:"4"`
	Status     string        `yaml:"status" protobuf:"5"`
}

// FSScrubStatuses are one per volume that was checked since boot.
var FSScrubStatuses = resource.Define[FSScrubStatusSpec](Kinds, resource.Definition{
	Type: "FSScrubStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Mountpoint", JSONPath: "{.mountpoint}"}, {Name: "Interval", JSONPath: "{.interval}"}, {Name: "Latest start time", JSONPath: "{.time}"}, {Name: "Latest run duration", JSONPath: "{.duration}"}, {Name: "Latest status", JSONPath: "{.status}"}},
})
