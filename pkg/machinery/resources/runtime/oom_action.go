package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type OOMActionSpec struct {
	TriggerContext string   `yaml:"triggerContext,omitempty" protobuf:"1"`
	Score          float64  `yaml:"score,omitempty" protobuf:"2"`
	Processes      []string `yaml:"processes,omitempty" protobuf:"3"`
}

var OOMActions = resource.Define[OOMActionSpec](Kinds, resource.Definition{
	Type: "OOMActions.talos.dev", Namespace: "runtime",
	Aliases:   []string{"oomactions"},
	Sensitive: true,
	Columns:   []resource.Column{{Name: "Time", JSONPath: "{.time}"}, {Name: "Score", JSONPath: "{.score}"}},
})
