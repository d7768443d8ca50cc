package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AuthorizationConfigSpec lists the API server's authorizers in order. Image tells the version,
// which decides about the file's form.
type AuthorizationConfigSpec struct {
	Image  string                         `yaml:"image" protobuf:"1"`
	Config []AuthorizationAuthorizersSpec `yaml:"config" protobuf:"2"`
}

// AuthorizationAuthorizersSpec is one authorizer; Webhook is set for that type only.
type AuthorizationAuthorizersSpec struct {
	Type    string         `yaml:"type" protobuf:"1"`
	Name    string         `yaml:"name" protobuf:"2"`
	Webhook map[string]any `yaml:"webhook" protobuf:"3"`
}

// AuthorizationConfigs has one resource, AuthorizationConfigID.
var AuthorizationConfigs = resource.Define[AuthorizationConfigSpec](Kinds, resource.Definition{
	Type: "AuthorizationConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
