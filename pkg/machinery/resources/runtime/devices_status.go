package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type DevicesStatusSpec struct {
	Ready bool `yaml:"ready" protobuf:"1"`
}

var DevicesStatuses = resource.Define[DevicesStatusSpec](Kinds, resource.Definition{
	Type: "DevicesStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
