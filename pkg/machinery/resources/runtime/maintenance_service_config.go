package runtime

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MaintenanceServiceConfigSpec says where the API listens in maintenance mode, and under which
// addresses it can be reached.
type MaintenanceServiceConfigSpec struct {
	ListenAddress      string       `yaml:"listenAddress" protobuf:"1"`
	ReachableAddresses []netip.Addr `yaml:"reachableAddresses" protobuf:"2"`
}

// MaintenanceServiceConfigs has one resource, MaintenanceServiceConfigID, in maintenance mode.
var MaintenanceServiceConfigs = resource.Define[MaintenanceServiceConfigSpec](Kinds, resource.Definition{
	Type: "MaintenanceServiceConfigs.runtime.talos.dev", Namespace: "runtime",
})
