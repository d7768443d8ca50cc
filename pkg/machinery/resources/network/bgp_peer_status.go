package network

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// BGPPeerStatusSpec is a session with a neighbour; counts are of prefixes.
type BGPPeerStatusSpec struct {
	Peer       string                  `yaml:"peer" protobuf:"1"`
	LocalASN   uint32                  `yaml:"localASN" protobuf:"2"`
	PeerASN    uint32                  `yaml:"peerASN" protobuf:"3"`
	State      netenum.BGPSessionState `yaml:"state" protobuf:"4"`
	RouterID   netip.Addr              `yaml:"routerID,omitempty" protobuf:"5"`
	Since      time.Time               `yaml:"since,omitempty" protobuf:"6"`
	Received   uint32                  `yaml:"received" protobuf:"7"`
	Advertised uint32                  `yaml:"advertised" protobuf:"8"`
	Accepted   uint32                  `yaml:"accepted" protobuf:"9"`
	BFDState   string                  `yaml:"bfdState,omitempty" protobuf:"10"`
	Instance   string                  `yaml:"instance" protobuf:"11"`
}

// BGPPeerStatuses are one per neighbour of an instance.
var BGPPeerStatuses = resource.Define[BGPPeerStatusSpec](Kinds, resource.Definition{
	Type: "BGPPeerStatuses.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Instance", JSONPath: "{.instance}"}, {Name: "Peer", JSONPath: "{.peer}"}, {Name: "Peer AS", JSONPath: "{.peerASN}"}, {Name: "State", JSONPath: "{.state}"}, {Name: "Since", JSONPath: "{.since}"}, {Name: "Received", JSONPath: "{.received}"}},
})
