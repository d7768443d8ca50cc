package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MaintenanceServiceRequestSpec has no fields: while the resource is there, the API takes a machine
// config from anybody.
type MaintenanceServiceRequestSpec struct {
}

// MaintenanceServiceRequests has one resource at most, MaintenanceServiceRequestID.
var MaintenanceServiceRequests = resource.Define[MaintenanceServiceRequestSpec](Kinds, resource.Definition{
	Type: "MaintenanceServiceRequests.runtime.talos.dev", Namespace: "runtime",
})
