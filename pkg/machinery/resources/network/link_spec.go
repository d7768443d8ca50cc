package network

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// LinkSpec asks for a link. A Logical one is made, and removed when no longer asked for; a physical
// one is only set up. MTU zero leaves it as it is.
type LinkSpec struct {
	Name            string               `yaml:"name" protobuf:"1"`
	Logical         bool                 `yaml:"logical" protobuf:"2"`
	Up              bool                 `yaml:"up" protobuf:"3"`
	MTU             uint32               `yaml:"mtu" protobuf:"4"`
	Kind            string               `yaml:"kind" protobuf:"5"`
	Type            netenum.LinkType     `yaml:"type" protobuf:"6"`
	HardwareAddress netenum.HardwareAddr `yaml:"hardwareAddr,omitempty" protobuf:"15"`
	ParentName      string               `yaml:"parentName,omitempty" protobuf:"7"`
	BondSlave       BondSlave            `yaml:",inline" protobuf:"8"`
	BridgeSlave     BridgeSlave          `yaml:"bridgeSlave,omitempty" protobuf:"9"`
	VRFSlave        VRFSlave             `yaml:"vrfSlave,omitempty" protobuf:"18"`
	VLAN            VLANSpec             `yaml:"vlan,omitempty" protobuf:"10"`
	BondMaster      BondMasterSpec       `yaml:"bondMaster,omitempty" protobuf:"11"`
	BridgeMaster    BridgeMasterSpec     `yaml:"bridgeMaster,omitempty" protobuf:"12"`
	VRFMaster       VRFMasterSpec        `yaml:"vrfMaster,omitempty" protobuf:"17"`
	Wireguard       WireguardSpec        `yaml:"wireguard,omitempty" protobuf:"13"`
	Veth            VethSpec             `yaml:"veth,omitempty" protobuf:"19"`
	ConfigLayer     ConfigLayer          `yaml:"layer" protobuf:"14"`
	Multicast       *bool                `yaml:"multicast,omitempty" protobuf:"16"`
}

// BondSlave puts a link into a bond, at a fixed place so that hardware addresses are stable.
type BondSlave struct {
	MasterName string `yaml:"masterName,omitempty" protobuf:"1"`
	SlaveIndex int    `yaml:"slaveIndex,omitempty" protobuf:"2"`
}

// BridgeSlave puts a link into a bridge.
type BridgeSlave struct {
	MasterName string `yaml:"masterName,omitempty" protobuf:"1"`
}

// VRFSlave puts a link into a VRF.
type VRFSlave struct {
	MasterName string `yaml:"masterName,omitempty" protobuf:"1"`
}

// VLANSpec is the tag of a VLAN link.
type VLANSpec struct {
	VID      uint32               `yaml:"vlanID" protobuf:"1"`
	Protocol netenum.VLANProtocol `yaml:"vlanProtocol" protobuf:"2"`
}

// BondMasterSpec has the settings of a bond under the kernel's names. Intervals and delays are
// milliseconds.
type BondMasterSpec struct {
	Mode            netenum.BondMode           `yaml:"mode" protobuf:"1"`
	HashPolicy      netenum.BondXmitHashPolicy `yaml:"xmitHashPolicy" protobuf:"2"`
	LACPRate        netenum.LACPRate           `yaml:"lacpRate" protobuf:"3"`
	ARPValidate     netenum.ARPValidate        `yaml:"arpValidate" protobuf:"4"`
	ARPAllTargets   netenum.ARPAllTargets      `yaml:"arpAllTargets" protobuf:"5"`
	PrimaryIndex    *uint32                    `yaml:"primaryIndex,omitempty" protobuf:"6"`
	PrimaryReselect netenum.PrimaryReselect    `yaml:"primaryReselect" protobuf:"7"`
	FailOverMac     netenum.FailOverMAC        `yaml:"failOverMac" protobuf:"8"`
	ADSelect        netenum.ADSelect           `yaml:"adSelect,omitempty" protobuf:"9"`
	MIIMon          uint32                     `yaml:"miimon,omitempty" protobuf:"10"`
	UpDelay         uint32                     `yaml:"updelay,omitempty" protobuf:"11"`
	DownDelay       uint32                     `yaml:"downdelay,omitempty" protobuf:"12"`
	ARPInterval     uint32                     `yaml:"arpInterval,omitempty" protobuf:"13"`
	ResendIGMP      uint32                     `yaml:"resendIgmp,omitempty" protobuf:"14"`
	MinLinks        uint32                     `yaml:"minLinks,omitempty" protobuf:"15"`
	LPInterval      uint32                     `yaml:"lpInterval,omitempty" protobuf:"16"`
	PacketsPerSlave uint32                     `yaml:"packetsPerSlave,omitempty" protobuf:"17"`
	NumPeerNotif    uint32                     `yaml:"numPeerNotif,omitempty" protobuf:"18"`
	TLBDynamicLB    uint32                     `yaml:"tlbLogicalLb,omitempty" protobuf:"19"`
	AllSlavesActive uint32                     `yaml:"allSlavesActive,omitempty" protobuf:"20"`
	UseCarrier      bool                       `yaml:"useCarrier,omitempty" protobuf:"21"`
	ADActorSysPrio  uint32                     `yaml:"adActorSysPrio,omitempty" protobuf:"22"`
	ADUserPortKey   uint32                     `yaml:"adUserPortKey,omitempty" protobuf:"23"`
	PeerNotifyDelay uint32                     `yaml:"peerNotifyDelay,omitempty" protobuf:"24"`
	ARPIPTargets    []netip.Addr               `yaml:"arpIpTargets,omitempty" protobuf:"25"`
	NSIP6Targets    []netip.Addr               `yaml:"nsIp6Targets,omitempty" protobuf:"26"`
	ADLACPActive    *netenum.ADLACPActive      `yaml:"adLacpActive,omitempty" protobuf:"27"`
	MissedMax       uint32                     `yaml:"missedMax,omitempty" protobuf:"28"`
	Primary         string                     `yaml:"primary,omitempty" protobuf:"29"`
}

// BridgeMasterSpec has the settings of a bridge.
type BridgeMasterSpec struct {
	STP  STPSpec        `yaml:"stp,omitempty" protobuf:"1"`
	VLAN BridgeVLANSpec `yaml:"vlan,omitempty" protobuf:"2"`
}

// STPSpec turns the spanning tree protocol on.
type STPSpec struct {
	Enabled bool `yaml:"enabled" protobuf:"1"`
}

// BridgeVLANSpec makes a bridge keep VLANs apart.
type BridgeVLANSpec struct {
	FilteringEnabled bool `yaml:"filteringEnabled" protobuf:"1"`
}

// VRFMasterSpec has the routing table of a VRF.
type VRFMasterSpec struct {
	Table netenum.RoutingTable `yaml:"table" protobuf:"1"`
}

// WireguardSpec has keys in base64. Statuses never have the private one.
type WireguardSpec struct {
	PrivateKey   string          `yaml:"privateKey,omitempty" protobuf:"1"`
	PublicKey    string          `yaml:"publicKey,omitempty" protobuf:"2"`
	ListenPort   int             `yaml:"listenPort" protobuf:"3"`
	FirewallMark int             `yaml:"firewallMark" protobuf:"4"`
	Peers        []WireguardPeer `yaml:"peers" protobuf:"5"`
}

// WireguardPeer is a peer with its networks. Endpoint is host and port, and is found out from the
// peer when empty.
type WireguardPeer struct {
	PublicKey                   string         `yaml:"publicKey" protobuf:"1"`
	PresharedKey                string         `yaml:"presharedKey" protobuf:"2"`
	Endpoint                    string         `yaml:"endpoint" protobuf:"3"`
	PersistentKeepaliveInterval time.Duration  `yaml:"persistentKeepaliveInterval" protobuf:"4"`
	AllowedIPs                  []netip.Prefix `yaml:"allowedIPs" protobuf:"5"`
}

// VethSpec names the other end of a pair.
type VethSpec struct {
	PeerName string `yaml:"peerName,omitempty" protobuf:"1"`
}

// LinkSpecs have the link's name as ID; in the namespace network-config, with the layer before it.
var LinkSpecs = resource.Define[LinkSpec](Kinds, resource.Definition{
	Type: "LinkSpecs.net.talos.dev", Namespace: "network",
	Sensitive: true,
})
