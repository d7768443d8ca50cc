package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// LinkStatusSpec is a link that the kernel has. LinkIndex is the index of the link below it (a
// VLAN's parent), MasterIndex that of the one above (bond, bridge, VRF).
type LinkStatusSpec struct {
	Alias            string                   `yaml:"alias,omitempty" protobuf:"31"`
	AltNames         []string                 `yaml:"altNames,omitempty" protobuf:"32"`
	Index            uint32                   `yaml:"index" protobuf:"1"`
	Type             netenum.LinkType         `yaml:"type" protobuf:"2"`
	LinkIndex        uint32                   `yaml:"linkIndex" protobuf:"3"`
	Flags            netenum.LinkFlags        `yaml:"flags" protobuf:"4"`
	HardwareAddr     netenum.HardwareAddr     `yaml:"hardwareAddr" protobuf:"5"`
	PermanentAddr    netenum.HardwareAddr     `yaml:"permanentAddr" protobuf:"30"`
	BroadcastAddr    netenum.HardwareAddr     `yaml:"broadcastAddr" protobuf:"6"`
	MTU              uint32                   `yaml:"mtu" protobuf:"7"`
	QueueDisc        string                   `yaml:"queueDisc" protobuf:"8"`
	MasterIndex      uint32                   `yaml:"masterIndex,omitempty" protobuf:"9"`
	OperationalState netenum.OperationalState `yaml:"operationalState" protobuf:"10"`
	Kind             string                   `yaml:"kind" protobuf:"11"`
	SlaveKind        string                   `yaml:"slaveKind" protobuf:"12"`
	BusPath          string                   `yaml:"busPath,omitempty" protobuf:"13"`
	PCIID            string                   `yaml:"pciID,omitempty" protobuf:"14"`
	Driver           string                   `yaml:"driver,omitempty" protobuf:"15"`
	DriverVersion    string                   `yaml:"driverVersion,omitempty" protobuf:"16"`
	FirmwareVersion  string                   `yaml:"firmwareVersion,omitempty" protobuf:"17"`
	ProductID        string                   `yaml:"productID,omitempty" protobuf:"18"`
	VendorID         string                   `yaml:"vendorID,omitempty" protobuf:"19"`
	Product          string                   `yaml:"product,omitempty" protobuf:"20"`
	Vendor           string                   `yaml:"vendor,omitempty" protobuf:"21"`
	LinkState        bool                     `yaml:"linkState" protobuf:"22"`
	SpeedMegabits    int                      `yaml:"speedMbit,omitempty" protobuf:"23"`
	Port             netenum.Port             `yaml:"port" protobuf:"24"`
	Duplex           netenum.Duplex           `yaml:"duplex" protobuf:"25"`
	VLAN             VLANSpec                 `yaml:"vlan,omitempty" protobuf:"26"`
	BridgeMaster     BridgeMasterSpec         `yaml:"bridgeMaster,omitempty" protobuf:"27"`
	BondMaster       BondMasterSpec           `yaml:"bondMaster,omitempty" protobuf:"28"`
	VRFMaster        VRFMasterSpec            `yaml:"vrfMaster,omitempty" protobuf:"33"`
	Wireguard        WireguardSpec            `yaml:"wireguard,omitempty" protobuf:"29"`
	Veth             VethSpec                 `yaml:"veth,omitempty" protobuf:"34"`
}

// LinkStatuses have the link's name as ID.
var LinkStatuses = resource.Define[LinkStatusSpec](Kinds, resource.Definition{
	Type: "LinkStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"link", "links"},
	Columns: []resource.Column{{Name: "Alias", JSONPath: "{.alias}"}, {Name: "Type", JSONPath: "{.type}"}, {Name: "Kind", JSONPath: "{.kind}"}, {Name: "Hw Addr", JSONPath: "{.hardwareAddr}"}, {Name: "Oper State", JSONPath: "{.operationalState}"}, {Name: "Link State", JSONPath: "{.linkState}"}},
})
