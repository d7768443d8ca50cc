package timesync

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type StatusSpec struct {
	Synced       bool `yaml:"synced" protobuf:"1"`
	Epoch        int  `yaml:"epoch" protobuf:"2"`
	SyncDisabled bool `yaml:"syncDisabled" protobuf:"3"`
}

var TimeStatuses = resource.Define[StatusSpec](Kinds, resource.Definition{
	Type: "TimeStatuses.v1alpha1.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Synced", JSONPath: "{.synced}"}},
})
