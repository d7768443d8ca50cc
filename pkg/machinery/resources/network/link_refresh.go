package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type LinkRefreshSpec struct {
	Generation int `yaml:"generation" protobuf:"1"`
}

var LinkRefreshes = resource.Define[LinkRefreshSpec](Kinds, resource.Definition{
	Type: "LinkRefreshes.net.talos.dev", Namespace: "network",
})
