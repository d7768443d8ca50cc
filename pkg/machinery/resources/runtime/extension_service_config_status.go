package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ExtensionServiceConfigStatusSpec struct {
	SpecVersion string `yaml:"specVersion" protobuf:"1"`
}

var ExtensionServiceConfigStatuses = resource.Define[ExtensionServiceConfigStatusSpec](Kinds, resource.Definition{
	Type: "ExtensionServiceConfigStatuses.runtime.talos.dev", Namespace: "runtime",
})
