package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SymlinkSpec has all links below /dev/disk that udev made for a device.
type SymlinkSpec struct {
	Paths []string `yaml:"paths" protobuf:"1"`
}

// BlockSymlinks have the kernel's device name as ID.
var BlockSymlinks = resource.Define[SymlinkSpec](Kinds, resource.Definition{
	Type: "BlockSymlinks.block.talos.dev", Namespace: "runtime",
})
