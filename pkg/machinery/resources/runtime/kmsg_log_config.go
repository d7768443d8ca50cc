package runtime

import (
	"net/url"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KmsgLogConfigSpec struct {
	Destinations []*url.URL `yaml:"destinations" protobuf:"1"`
}

var KmsgLogConfigs = resource.Define[KmsgLogConfigSpec](Kinds, resource.Definition{
	Type: "KmsgLogConfigs.runtime.talos.dev", Namespace: "runtime",
})
