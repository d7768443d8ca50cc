package timesync

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NTPStatusSpec says whether a server's answers jump, in which case they are not followed at once.
type NTPStatusSpec struct {
	SpikeDetected     bool `yaml:"spikeDetected" protobuf:"1"`
	ConsecutiveSpikes int  `yaml:"consecutiveSpikes" protobuf:"2"`
}

// NTPStatuses has one resource, NTPStatusID.
var NTPStatuses = resource.Define[NTPStatusSpec](Kinds, resource.Definition{
	Type: "NTPStatuses.v1alpha1.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Spike Detected", JSONPath: "{.spikeDetected}"}, {Name: "Consecutive Spikes", JSONPath: "{.consecutiveSpikes}"}},
})
