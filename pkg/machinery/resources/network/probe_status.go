package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ProbeStatusSpec is the outcome of a probe.
type ProbeStatusSpec struct {
	Success   bool   `yaml:"success" protobuf:"1"`
	LastError string `yaml:"lastError" protobuf:"2"`
}

// ProbeStatuses have the ID of their spec.
var ProbeStatuses = resource.Define[ProbeStatusSpec](Kinds, resource.Definition{
	Type: "ProbeStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"probe", "probes"},
	Columns: []resource.Column{{Name: "Success", JSONPath: "{.success}"}},
})
