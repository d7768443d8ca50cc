package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// TimeServerSpec asks for time servers, by name or address.
type TimeServerSpec struct {
	NTPServers  []string    `yaml:"timeServers" protobuf:"1"`
	UseNTS      bool        `yaml:"useNTS,omitempty" protobuf:"3"`
	ConfigLayer ConfigLayer `yaml:"layer" protobuf:"2"`
}

// TimeServerSpecs have TimeServerID as ID; in the namespace network-config, with the layer and its
// source before it.
var TimeServerSpecs = resource.Define[TimeServerSpec](Kinds, resource.Definition{
	Type: "TimeServerSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Timeservers", JSONPath: "{.timeServers}"}, {Name: "UseNTS", JSONPath: "{.useNTS}"}},
})
