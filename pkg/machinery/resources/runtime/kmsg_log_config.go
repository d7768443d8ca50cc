package runtime

import (
	"net/url"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KmsgLogConfigSpec says where the kernel's log is sent.
type KmsgLogConfigSpec struct {
	Destinations []*url.URL `yaml:"destinations" protobuf:"1"`
}

// KmsgLogConfigs has one resource, KmsgLogConfigID.
var KmsgLogConfigs = resource.Define[KmsgLogConfigSpec](Kinds, resource.Definition{
	Type: "KmsgLogConfigs.runtime.talos.dev", Namespace: "runtime",
})
