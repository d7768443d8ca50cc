package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// APIServiceConfigSpec says how apid serves. SkipVerifyingClientCert is maintenance mode: there is
// no CA yet, and callers get only what that mode allows.
type APIServiceConfigSpec struct {
	ListenAddress           string `yaml:"listenAddress" protobuf:"1"`
	NodeRoutingDisabled     bool   `yaml:"nodeRoutingDisabled" protobuf:"2"`
	ReadonlyRoleMode        bool   `yaml:"readonlyRoleMode" protobuf:"3"`
	SkipVerifyingClientCert bool   `yaml:"skipVerifyingClientCert" protobuf:"4"`
}

// APIServiceConfigs has one resource, APIServiceConfigID.
var APIServiceConfigs = resource.Define[APIServiceConfigSpec](Kinds, resource.Definition{
	Type: "APIServiceConfigs.runtime.talos.dev", Namespace: "runtime",
})
