package cluster

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// IdentitySpec is the node's identity: random, made once and kept on STATE.
type IdentitySpec struct {
	NodeID string `yaml:"nodeId" protobuf:"1"`
}

// Identities has one resource, LocalIdentity, once STATE is mounted.
var Identities = resource.Define[IdentitySpec](Kinds, resource.Definition{
	Type: "Identities.cluster.talos.dev", Namespace: "cluster",
	Columns: []resource.Column{{Name: "ID", JSONPath: "{.nodeId}"}},
})
