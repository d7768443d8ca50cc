package files

import (
	"io/fs"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EtcFileSpec is a file that is laid over the read-only /etc.
type EtcFileSpec struct {
	Contents     resource.StringBytes `yaml:"contents" protobuf:"1"`
	Mode         fs.FileMode          `yaml:"mode" protobuf:"2"`
	SelinuxLabel string               `yaml:"selinux_label" protobuf:"3"`
}

// EtcFileSpecs have the path below /etc as ID.
var EtcFileSpecs = resource.Define[EtcFileSpec](Kinds, resource.Definition{
	Type: "EtcFileSpecs.files.talos.dev", Namespace: "files",
	Sensitive: true,
})
