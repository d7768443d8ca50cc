package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type NodeCordonedSpec struct {
}

var NodeCordonedSpecs = resource.Define[NodeCordonedSpec](Kinds, resource.Definition{
	Type: "NodeCordonedSpecs.k8s.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
