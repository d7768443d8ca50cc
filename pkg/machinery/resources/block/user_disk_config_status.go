package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type UserDiskConfigStatusSpec struct {
	Ready    bool `yaml:"ready" protobuf:"1"`
	TornDown bool `yaml:"tornDown" protobuf:"2"`
}

var UserDiskConfigStatuses = resource.Define[UserDiskConfigStatusSpec](Kinds, resource.Definition{
	Type: "UserDiskConfigStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
