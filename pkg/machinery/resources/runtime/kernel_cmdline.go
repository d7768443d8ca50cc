package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KernelCmdlineSpec struct {
	Cmdline string `yaml:"cmdline" protobuf:"1"`
}

var KernelCmdlines = resource.Define[KernelCmdlineSpec](Kinds, resource.Definition{
	Type: "KernelCmdlines.runtime.talos.dev", Namespace: "runtime",
	Aliases: []string{"cmdline"},
	Columns: []resource.Column{{Name: "Cmdline", JSONPath: "{.cmdline}"}},
})
