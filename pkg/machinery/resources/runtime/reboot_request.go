package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RebootRequestSpec has no fields: that the resource is there asks for a reboot.
type RebootRequestSpec struct {
}

// RebootRequests has one resource, RebootRequestID.
var RebootRequests = resource.Define[RebootRequestSpec](Kinds, resource.Definition{
	Type: "RebootRequests.runtime.talos.dev", Namespace: "runtime",
})
