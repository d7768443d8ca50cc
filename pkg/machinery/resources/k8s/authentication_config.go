package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AuthenticationConfigSpec is the API server's AuthenticationConfiguration, as a tree; empty for
// none.
type AuthenticationConfigSpec struct {
	Config map[string]any `yaml:"config" protobuf:"1"`
}

// AuthenticationConfigs has one resource, AuthenticationConfigID.
var AuthenticationConfigs = resource.Define[AuthenticationConfigSpec](Kinds, resource.Definition{
	Type: "AuthenticationConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
