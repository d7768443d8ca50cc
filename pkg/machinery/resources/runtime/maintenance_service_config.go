package runtime

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MaintenanceServiceConfigSpec struct {
	ListenAddress      string       `yaml:"listenAddress" protobuf:"1"`
	ReachableAddresses []netip.Addr `yaml:"reachableAddresses" protobuf:"2"`
}

var MaintenanceServiceConfigs = resource.Define[MaintenanceServiceConfigSpec](Kinds, resource.Definition{
	Type: "MaintenanceServiceConfigs.runtime.talos.dev", Namespace: "runtime",
})
