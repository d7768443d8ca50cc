package k8s

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodeIPSpec are the addresses that the kubelet registers, one per family.
type NodeIPSpec struct {
	Addresses []netip.Addr `yaml:"addresses" protobuf:"1"`
}

// NodeIPs has one resource, KubeletID.
var NodeIPs = resource.Define[NodeIPSpec](Kinds, resource.Definition{
	Type: "NodeIPs.kubernetes.talos.dev", Namespace: "k8s",
})
