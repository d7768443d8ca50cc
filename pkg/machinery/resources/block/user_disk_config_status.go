package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// UserDiskConfigStatusSpec says whether machine.disks of the config were turned into volumes, or
// all of them taken down.
type UserDiskConfigStatusSpec struct {
	Ready    bool `yaml:"ready" protobuf:"1"`
	TornDown bool `yaml:"tornDown" protobuf:"2"`
}

// UserDiskConfigStatuses has one resource, UserDiskConfigStatusID.
var UserDiskConfigStatuses = resource.Define[UserDiskConfigStatusSpec](Kinds, resource.Definition{
	Type: "UserDiskConfigStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
