package runtime

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// WatchdogTimerStatusSpec is a watchdog in use.
type WatchdogTimerStatusSpec struct {
	Device       string        `yaml:"device" protobuf:"1"`
	Timeout      time.Duration `yaml:"timeout" protobuf:"2"`
	FeedInterval time.Duration `yaml:"feedInterval" protobuf:"3"`
}

// WatchdogTimerStatuses has one resource, with the ID of its config.
var WatchdogTimerStatuses = resource.Define[WatchdogTimerStatusSpec](Kinds, resource.Definition{
	Type: "WatchdogTimerStatuses.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Device", JSONPath: "{.device}"}, {Name: "Timeout", JSONPath: "{.timeout}"}},
})
