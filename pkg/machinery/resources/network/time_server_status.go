package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// TimeServerStatusSpec are the time servers in use.
type TimeServerStatusSpec struct {
	NTPServers []string `yaml:"timeServers" protobuf:"1"`
	UseNTS     bool     `yaml:"useNTS" protobuf:"2"`
}

// TimeServerStatuses has one resource, TimeServerID.
var TimeServerStatuses = resource.Define[TimeServerStatusSpec](Kinds, resource.Definition{
	Type: "TimeServerStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"timeserver", "timeservers"},
	Columns: []resource.Column{{Name: "Timeservers", JSONPath: "{.timeServers}"}, {Name: "UseNTS", JSONPath: "{.useNTS}"}},
})
