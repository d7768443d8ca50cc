package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeIPConfigSpec has the subnets that node addresses are chosen from, and not from.
type NodeIPConfigSpec struct {
	ValidSubnets   []string `yaml:"validSubnets,omitempty" protobuf:"1"`
	ExcludeSubnets []string `yaml:"excludeSubnets" protobuf:"2"`
}

// NodeIPConfigs has one resource, KubeletID.
var NodeIPConfigs = resource.Define[NodeIPConfigSpec](Kinds, resource.Definition{
	Type: "NodeIPConfigs.kubernetes.talos.dev", Namespace: "k8s",
})
