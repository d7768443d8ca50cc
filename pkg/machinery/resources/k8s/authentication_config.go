package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AuthenticationConfigSpec struct {
	Config map[string]any `yaml:"config" protobuf:"1"`
}

var AuthenticationConfigs = resource.Define[AuthenticationConfigSpec](Kinds, resource.Definition{
	Type: "AuthenticationConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
