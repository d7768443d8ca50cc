package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type SymlinkSpec struct {
	Paths []string `yaml:"paths" protobuf:"1"`
}

var BlockSymlinks = resource.Define[SymlinkSpec](Kinds, resource.Definition{
	Type: "BlockSymlinks.block.talos.dev", Namespace: "runtime",
})
