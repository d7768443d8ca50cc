package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

var TimeServerSpecs = resource.Define[TimeServerSpec](Kinds, resource.Definition{
	Type: "TimeServerSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Timeservers", JSONPath: "{.timeServers}"}, {Name: "UseNTS", JSONPath: "{.useNTS}"}},
})
