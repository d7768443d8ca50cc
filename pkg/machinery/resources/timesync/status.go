package timesync

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StatusSpec says whether the clock can be relied on. Epoch grows when the clock jumped, so that
// what depends on it starts again.
type StatusSpec struct {
	Synced       bool `yaml:"synced" protobuf:"1"`
	Epoch        int  `yaml:"epoch" protobuf:"2"`
	SyncDisabled bool `yaml:"syncDisabled" protobuf:"3"`
}

// TimeStatuses has one resource, StatusID.
var TimeStatuses = resource.Define[StatusSpec](Kinds, resource.Definition{
	Type: "TimeStatuses.v1alpha1.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Synced", JSONPath: "{.synced}"}},
})
