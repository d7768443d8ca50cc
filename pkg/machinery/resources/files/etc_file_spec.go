package files

import (
	"io/fs"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type EtcFileSpec struct {
	Contents     resource.StringBytes `yaml:"contents" protobuf:"1"`
	Mode         fs.FileMode          `yaml:"mode" protobuf:"2"`
	SelinuxLabel string               `yaml:"selinux_label" protobuf:"3"`
}

var EtcFileSpecs = resource.Define[EtcFileSpec](Kinds, resource.Definition{
	Type: "EtcFileSpecs.files.talos.dev", Namespace: "files",
	Sensitive: true,
})
