package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ExtensionServiceConfigStatusSpec has the version of the spec that is in place.
type ExtensionServiceConfigStatusSpec struct {
	SpecVersion string `yaml:"specVersion" protobuf:"1"`
}

// ExtensionServiceConfigStatuses have the service's name as ID.
var ExtensionServiceConfigStatuses = resource.Define[ExtensionServiceConfigStatusSpec](Kinds, resource.Definition{
	Type: "ExtensionServiceConfigStatuses.runtime.talos.dev", Namespace: "runtime",
})
