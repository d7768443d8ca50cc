package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EventSinkConfigSpec says where events are sent.
type EventSinkConfigSpec struct {
	Endpoint string `yaml:"endpoint" protobuf:"1"`
}

// EventSinkConfigs has one resource, EventSinkConfigID.
var EventSinkConfigs = resource.Define[EventSinkConfigSpec](Kinds, resource.Definition{
	Type: "EventSinkConfigs.runtime.talos.dev", Namespace: "runtime",
})
