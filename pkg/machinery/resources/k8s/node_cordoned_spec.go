package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeCordonedSpec has no fields: while the resource is there, the node is unschedulable.
type NodeCordonedSpec struct {
}

// NodeCordonedSpecs has one resource, NodeCordonedID.
var NodeCordonedSpecs = resource.Define[NodeCordonedSpec](Kinds, resource.Definition{
	Type: "NodeCordonedSpecs.k8s.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
