package timesync

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AdjtimeStatusSpec is what the kernel says about its clock, see adjtimex(2).
type AdjtimeStatusSpec struct {
	Offset                   time.Duration `yaml:"offset" protobuf:"1"`
	FrequencyAdjustmentRatio float64       `yaml:"frequencyAdjustmentRatio" protobuf:"2"`
	MaxError                 time.Duration `yaml:"maxError" protobuf:"3"`
	EstError                 time.Duration `yaml:"estError" protobuf:"4"`
	Status                   string        `yaml:"status" protobuf:"5"`
	Constant                 int           `yaml:"constant" protobuf:"6"`
	SyncStatus               bool          `yaml:"syncStatus" protobuf:"7"`
	State                    string        `yaml:"state" protobuf:"8"`
}

// AdjtimeStatuses has one resource, AdjtimeStatusID.
var AdjtimeStatuses = resource.Define[AdjtimeStatusSpec](Kinds, resource.Definition{
	Type: "AdjtimeStatuses.v1alpha1.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Offset", JSONPath: "{.offset}"}, {Name: "EstError", JSONPath: "{.estError}"}, {Name: "MaxError", JSONPath: "{.maxError}"}, {Name: "Status", JSONPath: "{.status}"}, {Name: "Sync", JSONPath: "{.syncStatus}"}},
})
