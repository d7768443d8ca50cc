package k8s

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeStatusSpec is the node object as the cluster has it.
type NodeStatusSpec struct {
	Nodename      string            `yaml:"nodename" protobuf:"1"`
	NodeReady     bool              `yaml:"nodeReady" protobuf:"2"`
	Unschedulable bool              `yaml:"unschedulable" protobuf:"3"`
	Labels        map[string]string `yaml:"labels" protobuf:"4"`
	Annotations   map[string]string `yaml:"annotations" protobuf:"5"`
	PodCIDRs      []netip.Prefix    `yaml:"podCIDRs" protobuf:"6"`
}

// NodeStatuses have the node's name as ID.
var NodeStatuses = resource.Define[NodeStatusSpec](Kinds, resource.Definition{
	Type: "NodeStatuses.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.nodeReady}"}, {Name: "Unschedulable", JSONPath: "{.unschedulable}"}},
})
