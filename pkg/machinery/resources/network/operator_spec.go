package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// OperatorSpec asks for an operator on a link. Only the section of its kind is set.
type OperatorSpec struct {
	Operator    Operator          `yaml:"operator" protobuf:"1"`
	LinkName    string            `yaml:"linkName" protobuf:"2"`
	RequireUp   bool              `yaml:"requireUp" protobuf:"3"`
	DHCP4       DHCP4OperatorSpec `yaml:"dhcp4,omitempty" protobuf:"4"`
	DHCP6       DHCP6OperatorSpec `yaml:"dhcp6,omitempty" protobuf:"5"`
	VIP         VIPOperatorSpec   `yaml:"vip,omitempty" protobuf:"6"`
	ConfigLayer ConfigLayer       `yaml:"layer" protobuf:"7"`
}

// DHCP4OperatorSpec has what a DHCP client shall ask for and leave out.
type DHCP4OperatorSpec struct {
	RouteMetric         uint32               `yaml:"routeMetric" protobuf:"1"`
	SkipHostnameRequest bool                 `yaml:"skipHostnameRequest,omitempty" protobuf:"2"`
	ClientIdentifier    ClientIdentifierSpec `yaml:"clientIdentifier,omitempty" protobuf:"3"`
	SkipRoutes          bool                 `yaml:"skipRoutes,omitempty" protobuf:"4"`
}

// ClientIdentifierSpec says how a DHCP client names itself.
type ClientIdentifierSpec struct {
	ClientIdentifier netenum.ClientIdentifier `yaml:"clientIdentifier" protobuf:"1"`
	DUIDRawHex       string                   `yaml:"duidRawHex,omitempty" protobuf:"2"`
}

// DHCP6OperatorSpec has what a DHCPv6 client shall ask for and leave out.
type DHCP6OperatorSpec struct {
	RouteMetric         uint32               `yaml:"routeMetric" protobuf:"2"`
	SkipHostnameRequest bool                 `yaml:"skipHostnameRequest,omitempty" protobuf:"3"`
	ClientIdentifier    ClientIdentifierSpec `yaml:"clientIdentifier,omitempty" protobuf:"4"`
}

// VIPOperatorSpec is an address that one of the control plane nodes holds.
type VIPOperatorSpec struct {
	IP            netip.Addr          `yaml:"ip" protobuf:"1"`
	GratuitousARP bool                `yaml:"gratuitousARP" protobuf:"2"`
	EquinixMetal  VIPEquinixMetalSpec `yaml:"equinixMetal,omitempty" protobuf:"3"`
	HCloud        VIPHCloudSpec       `yaml:"hcloud,omitempty" protobuf:"4"`
}

// VIPEquinixMetalSpec has what moving the address takes there.
type VIPEquinixMetalSpec struct {
	ProjectID string `yaml:"projectID" protobuf:"1"`
	DeviceID  string `yaml:"deviceID" protobuf:"2"`
	APIToken  string `yaml:"apiToken" protobuf:"3"`
}

// VIPHCloudSpec has what moving the address takes there.
type VIPHCloudSpec struct {
	DeviceID  int64  `yaml:"deviceID" protobuf:"1"`
	NetworkID int64  `yaml:"networkID" protobuf:"2"`
	APIToken  string `yaml:"apiToken" protobuf:"3"`
}

// OperatorSpecs have operator and link as ID, and the address for a virtual one:
// "vip/eth0/10.0.0.10". In the namespace network-config the layer comes before it.
var OperatorSpecs = resource.Define[OperatorSpec](Kinds, resource.Definition{
	Type: "OperatorSpecs.net.talos.dev", Namespace: "network",
	Sensitive: true,
})
