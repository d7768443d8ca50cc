package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MaintenanceServiceRequestSpec struct {
}

var MaintenanceServiceRequests = resource.Define[MaintenanceServiceRequestSpec](Kinds, resource.Definition{
	Type: "MaintenanceServiceRequests.runtime.talos.dev", Namespace: "runtime",
})
