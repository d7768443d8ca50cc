package etcd

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// Spec is how etcd runs: config and addresses put together.
type Spec struct {
	Name                  string               `yaml:"name" protobuf:"1"`
	AdvertisedAddresses   []netip.Addr         `yaml:"advertisedAddresses" protobuf:"2"`
	ListenPeerAddresses   []netip.Addr         `yaml:"listenPeerAddresses" protobuf:"5"`
	ListenClientAddresses []netip.Addr         `yaml:"listenClientAddresses" protobuf:"6"`
	Image                 string               `yaml:"image" protobuf:"3"`
	ExtraArgs             map[string]ArgValues `yaml:"extraArgs" protobuf:"7"`
}

// EtcdSpecs has one resource, SpecID. A change restarts etcd.
var EtcdSpecs = resource.Define[Spec](Kinds, resource.Definition{
	Type: "EtcdSpecs.etcd.talos.dev", Namespace: "etcd",
	Columns: []resource.Column{{Name: "Name", JSONPath: "{.name}"}, {Name: "AdvertisedAddresses", JSONPath: "{.advertisedAddresses}"}, {Name: "ListenPeerAddresses", JSONPath: "{.listenPeerAddresses}"}, {Name: "ListenClientAddresses", JSONPath: "{.listenClientAddresses}"}},
})
