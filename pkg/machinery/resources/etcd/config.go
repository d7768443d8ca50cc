package etcd

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ConfigSpec is what the machine config says about etcd. Subnets choose among the node's addresses;
// one that begins with "!" excludes.
type ConfigSpec struct {
	AdvertiseValidSubnets   []string             `yaml:"advertiseValidSubnets,omitempty" protobuf:"1"`
	AdvertiseExcludeSubnets []string             `yaml:"advertiseExcludeSubnets" protobuf:"2"`
	ListenValidSubnets      []string             `yaml:"listenValidSubnets,omitempty" protobuf:"5"`
	ListenExcludeSubnets    []string             `yaml:"listenExcludeSubnets" protobuf:"6"`
	Image                   string               `yaml:"image" protobuf:"3"`
	ExtraArgs               map[string]ArgValues `yaml:"extraArgs" protobuf:"7"`
}

// ArgValues are the values of a flag that may be given several times.
type ArgValues struct {
	Values []string `yaml:"values" protobuf:"1"`
}

// EtcdConfigs has one resource, ConfigID, on control plane nodes.
var EtcdConfigs = resource.Define[ConfigSpec](Kinds, resource.Definition{
	Type: "EtcdConfigs.etcd.talos.dev", Namespace: "etcd",
	Columns: []resource.Column{{Name: "Image", JSONPath: "{.image}"}},
})
