package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type RebootRequestSpec struct {
}

var RebootRequests = resource.Define[RebootRequestSpec](Kinds, resource.Definition{
	Type: "RebootRequests.runtime.talos.dev", Namespace: "runtime",
})
