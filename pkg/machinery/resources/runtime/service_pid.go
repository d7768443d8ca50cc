package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ServicePIDSpec has the process of a service, and its mount namespace.
type ServicePIDSpec struct {
	PID            int32  `yaml:"pid" protobuf:"1"`
	MountNamespace string `yaml:"mountNamespace" protobuf:"2"`
}

// ServicePIDs have the service's name as ID.
var ServicePIDs = resource.Define[ServicePIDSpec](Kinds, resource.Definition{
	Type: "ServicePIDs.runtime.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "PID", JSONPath: "{.pid}"}},
})
