package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ExtensionServiceConfigSpec has files and environment of an extension service.
type ExtensionServiceConfigSpec struct {
	Files       []ExtensionServiceConfigFile `yaml:"files,omitempty" protobuf:"1"`
	Environment []string                     `yaml:"environment,omitempty" protobuf:"2"`
}

// ExtensionServiceConfigFile is a file that the service sees at MountPath.
type ExtensionServiceConfigFile struct {
	Content   string `yaml:"content" protobuf:"1"`
	MountPath string `yaml:"mountPath" protobuf:"2"`
}

// ExtensionServiceConfigs have the service's name as ID.
var ExtensionServiceConfigs = resource.Define[ExtensionServiceConfigSpec](Kinds, resource.Definition{
	Type: "ExtensionServiceConfigs.runtime.talos.dev", Namespace: "runtime",
	Sensitive: true,
})
