package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

var RouteSpecs = resource.Define[RouteSpec](Kinds, resource.Definition{
	Type: "RouteSpecs.net.talos.dev", Namespace: "network",
})
