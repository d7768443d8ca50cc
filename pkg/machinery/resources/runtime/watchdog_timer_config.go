package runtime

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// WatchdogTimerConfigSpec asks for a hardware watchdog that restarts the machine when it hangs for
// Timeout.
type WatchdogTimerConfigSpec struct {
	Device  string        `yaml:"device" protobuf:"1"`
	Timeout time.Duration `yaml:"timeout" protobuf:"2"`
}

// WatchdogTimerConfigs has one resource, WatchdogTimerConfigID.
var WatchdogTimerConfigs = resource.Define[WatchdogTimerConfigSpec](Kinds, resource.Definition{
	Type: "WatchdogTimerConfigs.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Device", JSONPath: "{.device}"}, {Name: "Timeout", JSONPath: "{.timeout}"}},
})
