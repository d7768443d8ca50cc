package cluster

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// InfoSpec names the cluster.
type InfoSpec struct {
	ClusterID   string `yaml:"clusterId" protobuf:"1"`
	ClusterName string `yaml:"clusterName" protobuf:"2"`
}

// Infos has one resource, InfoID, written from the machine config.
var Infos = resource.Define[InfoSpec](Kinds, resource.Definition{
	Type: "Infos.cluster.talos.dev", Namespace: "cluster",
	Columns: []resource.Column{{Name: "Cluster ID", JSONPath: "{.clusterId}"}, {Name: "Cluster Name", JSONPath: "{.clusterName}"}},
})
