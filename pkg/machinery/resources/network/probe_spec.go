package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

var ProbeSpecs = resource.Define[ProbeSpec](Kinds, resource.Definition{
	Type: "ProbeSpecs.net.talos.dev", Namespace: "network",
})
