package cluster

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type IdentitySpec struct {
	NodeID string `yaml:"nodeId" protobuf:"1"`
}

var Identities = resource.Define[IdentitySpec](Kinds, resource.Definition{
	Type: "Identities.cluster.talos.dev", Namespace: "cluster",
	Columns: []resource.Column{{Name: "ID", JSONPath: "{.nodeId}"}},
})
