package cluster

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MemberSpec is an affiliate that has a Kubernetes node name.
type MemberSpec struct {
	NodeID          string        `yaml:"nodeId" protobuf:"1"`
	Addresses       []netip.Addr  `yaml:"addresses" protobuf:"2"`
	Hostname        string        `yaml:"hostname" protobuf:"3"`
	MachineType     machine.Type  `yaml:"machineType" protobuf:"4"`
	OperatingSystem string        `yaml:"operatingSystem" protobuf:"5"`
	ControlPlane    *ControlPlane `yaml:"controlPlane,omitempty" protobuf:"6"`
}

// Members have the node name as ID. Written from Affiliates.
var Members = resource.Define[MemberSpec](Kinds, resource.Definition{
	Type: "Members.cluster.talos.dev", Namespace: "cluster",
	Columns: []resource.Column{{Name: "Hostname", JSONPath: "{.hostname}"}, {Name: "Machine Type", JSONPath: "{.machineType}"}, {Name: "OS", JSONPath: "{.operatingSystem}"}, {Name: "Addresses", JSONPath: "{.addresses}"}},
})
