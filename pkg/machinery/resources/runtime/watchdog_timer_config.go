package runtime

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type WatchdogTimerConfigSpec struct {
	Device  string        `yaml:"device" protobuf:"1"`
	Timeout time.Duration `yaml:"timeout" protobuf:"2"`
}

var WatchdogTimerConfigs = resource.Define[WatchdogTimerConfigSpec](Kinds, resource.Definition{
	Type: "WatchdogTimerConfigs.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Device", JSONPath: "{.device}"}, {Name: "Timeout", JSONPath: "{.timeout}"}},
})
