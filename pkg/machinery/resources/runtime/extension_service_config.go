package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ExtensionServiceConfigSpec struct {
	Files       []ExtensionServiceConfigFile `yaml:"files,omitempty" protobuf:"1"`
	Environment []string                     `yaml:"environment,omitempty" protobuf:"2"`
}

type ExtensionServiceConfigFile struct {
	Content   string `yaml:"content" protobuf:"1"`
	MountPath string `yaml:"mountPath" protobuf:"2"`
}

var ExtensionServiceConfigs = resource.Define[ExtensionServiceConfigSpec](Kinds, resource.Definition{
	Type: "ExtensionServiceConfigs.runtime.talos.dev", Namespace: "runtime",
	Sensitive: true,
})
