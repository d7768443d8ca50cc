package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type OperatorSpec struct {
	Operator    Operator          `yaml:"operator" protobuf:"1"`
	LinkName    string            `yaml:"linkName" protobuf:"2"`
	RequireUp   bool              `yaml:"requireUp" protobuf:"3"`
	DHCP4       DHCP4OperatorSpec `yaml:"dhcp4,omitempty" protobuf:"4"`
	DHCP6       DHCP6OperatorSpec `yaml:"dhcp6,omitempty" protobuf:"5"`
	VIP         VIPOperatorSpec   `yaml:"vip,omitempty" protobuf:"6"`
	ConfigLayer ConfigLayer       `yaml:"layer" protobuf:"7"`
}

type DHCP4OperatorSpec struct {
	RouteMetric         uint32               `yaml:"routeMetric" protobuf:"1"`
	SkipHostnameRequest bool                 `yaml:"skipHostnameRequest,omitempty" protobuf:"2"`
	ClientIdentifier    ClientIdentifierSpec `yaml:"clientIdentifier,omitempty" protobuf:"3"`
	SkipRoutes          bool                 `yaml:"skipRoutes,omitempty" protobuf:"4"`
}

type ClientIdentifierSpec struct {
	ClientIdentifier netenum.ClientIdentifier `yaml:"clientIdentifier" protobuf:"1"`
	DUIDRawHex       string                   `yaml:"duidRawHex,omitempty" protobuf:"2"`
}

type DHCP6OperatorSpec struct {
	RouteMetric         uint32               `yaml:"routeMetric" protobuf:"2"`
	SkipHostnameRequest bool                 `yaml:"skipHostnameRequest,omitempty" protobuf:"3"`
	ClientIdentifier    ClientIdentifierSpec `yaml:"clientIdentifier,omitempty" protobuf:"4"`
}

type VIPOperatorSpec struct {
	IP            netip.Addr          `yaml:"ip" protobuf:"1"`
	GratuitousARP bool                `yaml:"gratuitousARP" protobuf:"2"`
	EquinixMetal  VIPEquinixMetalSpec `yaml:"equinixMetal,omitempty" protobuf:"3"`
	HCloud        VIPHCloudSpec       `yaml:"hcloud,omitempty" protobuf:"4"`
}

type VIPEquinixMetalSpec struct {
	ProjectID string `yaml:"projectID" protobuf:"1"`
	DeviceID  string `yaml:"deviceID" protobuf:"2"`
	APIToken  string `yaml:"apiToken" protobuf:"3"`
}

type VIPHCloudSpec struct {
	DeviceID  int64  `yaml:"deviceID" protobuf:"1"`
	NetworkID int64  `yaml:"networkID" protobuf:"2"`
	APIToken  string `yaml:"apiToken" protobuf:"3"`
}

var OperatorSpecs = resource.Define[OperatorSpec](Kinds, resource.Definition{
	Type: "OperatorSpecs.net.talos.dev", Namespace: "network",
	Sensitive: true,
})
