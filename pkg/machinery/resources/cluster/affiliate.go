package cluster

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AffiliateSpec is a machine that says it belongs to the cluster, as itself or a registry announces
// it.
type AffiliateSpec struct {
	NodeID          string                `yaml:"nodeId" protobuf:"1"`
	Addresses       []netip.Addr          `yaml:"addresses" protobuf:"2"`
	Hostname        string                `yaml:"hostname" protobuf:"3"`
	Nodename        string                `yaml:"nodename,omitempty" protobuf:"4"`
	OperatingSystem string                `yaml:"operatingSystem" protobuf:"5"`
	MachineType     machine.Type          `yaml:"machineType" protobuf:"6"`
	KubeSpan        KubeSpanAffiliateSpec `yaml:"kubespan,omitempty" protobuf:"7"`
	ControlPlane    *ControlPlane         `yaml:"controlPlane,omitempty" protobuf:"8"`
}

// KubeSpanAffiliateSpec is what other nodes need to reach an affiliate over WireGuard.
type KubeSpanAffiliateSpec struct {
	PublicKey                 string           `yaml:"publicKey" protobuf:"1"`
	Address                   netip.Addr       `yaml:"address" protobuf:"2"`
	AdditionalAddresses       []netip.Prefix   `yaml:"additionalAddresses" protobuf:"3"`
	Endpoints                 []netip.AddrPort `yaml:"endpoints" protobuf:"4"`
	ExcludeAdvertisedNetworks []netip.Prefix   `yaml:"excludeAdvertisedNetworks" protobuf:"5"`
}

// ControlPlane is set for control plane nodes.
type ControlPlane struct {
	APIServerPort int `yaml:"port" protobuf:"1"`
}

// Affiliates have the node ID as ID. In the namespace cluster-raw, with the source before it, they
// are what each registry says; in cluster they are merged.
var Affiliates = resource.Define[AffiliateSpec](Kinds, resource.Definition{
	Type: "Affiliates.cluster.talos.dev", Namespace: "cluster",
	Columns: []resource.Column{{Name: "Hostname", JSONPath: "{.hostname}"}, {Name: "Machine Type", JSONPath: "{.machineType}"}, {Name: "Addresses", JSONPath: "{.addresses}"}},
})
