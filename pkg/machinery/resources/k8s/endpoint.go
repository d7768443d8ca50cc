package k8s

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EndpointSpec are addresses and names of API servers, from one source.
type EndpointSpec struct {
	Addresses []netip.Addr `yaml:"addresses" protobuf:"1"`
	Hosts     []string     `yaml:"hosts" protobuf:"2"`
}

// Endpoints have their source as ID: ControlPlaneKubernetesEndpointsID from the config,
// ControlPlaneAPIServerEndpointsID from Kubernetes, ControlPlaneDiscoveredEndpointsID from members.
var Endpoints = resource.Define[EndpointSpec](Kinds, resource.Definition{
	Type: "Endpoints.kubernetes.talos.dev", Namespace: "controlplane",
	Columns: []resource.Column{{Name: "Addresses", JSONPath: "{.addresses}"}, {Name: "Hosts", JSONPath: "{.hosts}"}},
})
