package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KernelCmdlineSpec is /proc/cmdline.
type KernelCmdlineSpec struct {
	Cmdline string `yaml:"cmdline" protobuf:"1"`
}

// KernelCmdlines has one resource, KernelCmdlineID.
var KernelCmdlines = resource.Define[KernelCmdlineSpec](Kinds, resource.Definition{
	Type: "KernelCmdlines.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"cmdline"},
	Columns: []resource.Column{{Name: "Cmdline", JSONPath: "{.cmdline}"}},
})
