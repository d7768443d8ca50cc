package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// OOMActionSpec is a control group that was ended before the kernel ran out of memory;
// TriggerContext has the values that led to it.
type OOMActionSpec struct {
	TriggerContext string   `yaml:"triggerContext,omitempty" protobuf:"1"`
	Score          float64  `yaml:"score,omitempty" protobuf:"2"`
	Processes      []string `yaml:"processes,omitempty" protobuf:"3"`
}

// OOMActions are kept for the latest few events.
var OOMActions = resource.Define[OOMActionSpec](Kinds, resource.Definition{
	Type: "OOMActions.talos.dev", Namespace: "runtime",
	Aliases:   []string{"oomactions"},
	Sensitive: true,
	Columns:   []resource.Column{{Name: "Time", JSONPath: "{.time}"}, {Name: "Score", JSONPath: "{.score}"}},
})
