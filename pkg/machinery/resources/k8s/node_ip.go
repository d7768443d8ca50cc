package k8s

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type NodeIPSpec struct {
	Addresses []netip.Addr `yaml:"addresses" protobuf:"1"`
}

var NodeIPs = resource.Define[NodeIPSpec](Kinds, resource.Definition{
	Type: "NodeIPs.kubernetes.talos.dev", Namespace: "k8s",
})
