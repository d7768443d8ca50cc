package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// DevicesStatusSpec says that udev has been through all devices present at boot.
type DevicesStatusSpec struct {
	Ready bool `yaml:"ready" protobuf:"1"`
}

// DevicesStatuses has one resource, DevicesID.
var DevicesStatuses = resource.Define[DevicesStatusSpec](Kinds, resource.Definition{
	Type: "DevicesStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}},
})
