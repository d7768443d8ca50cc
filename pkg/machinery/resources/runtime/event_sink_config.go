package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type EventSinkConfigSpec struct {
	Endpoint string `yaml:"endpoint" protobuf:"1"`
}

var EventSinkConfigs = resource.Define[EventSinkConfigSpec](Kinds, resource.Definition{
	Type: "EventSinkConfigs.runtime.talos.dev", Namespace: "runtime",
})
