package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// LinkRefreshSpec asks for link statuses to be read again: some changes come without a notice of
// the kernel.
type LinkRefreshSpec struct {
	Generation int `yaml:"generation" protobuf:"1"`
}

// LinkRefreshes have their writer as ID; a higher Generation is a new request.
var LinkRefreshes = resource.Define[LinkRefreshSpec](Kinds, resource.Definition{
	Type: "LinkRefreshes.net.talos.dev", Namespace: "network",
})
