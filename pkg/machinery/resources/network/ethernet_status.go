package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EthernetStatusSpec is what a network card says of itself. A nil section is one the driver does
// not have.
type EthernetStatusSpec struct {
	LinkState     *bool                     `yaml:"linkState,omitempty" protobuf:"1"`
	SpeedMegabits int                       `yaml:"speedMbit,omitempty" protobuf:"2"`
	Port          netenum.Port              `yaml:"port" protobuf:"3"`
	Duplex        netenum.Duplex            `yaml:"duplex" protobuf:"4"`
	OurModes      []string                  `yaml:"ourModes,omitempty" protobuf:"5"`
	PeerModes     []string                  `yaml:"peerModes,omitempty" protobuf:"6"`
	Rings         *EthernetRingsStatus      `yaml:"rings,omitempty" protobuf:"7"`
	Features      EthernetFeatureStatusList `yaml:"features,omitempty" protobuf:"8"`
	Channels      *EthernetChannelsStatus   `yaml:"channels,omitempty" protobuf:"9"`
	WakeOnLAN     []netenum.WOLMode         `yaml:"wakeOnLAN,omitempty" protobuf:"10"`
}

// EthernetRingsStatus has sizes of queues in descriptors, and their bounds.
type EthernetRingsStatus struct {
	RXMax           *uint32 `yaml:"rx-max,omitempty" protobuf:"1"`
	RXMiniMax       *uint32 `yaml:"rx-mini-max,omitempty" protobuf:"2"`
	RXJumboMax      *uint32 `yaml:"rx-jumbo-max,omitempty" protobuf:"3"`
	TXMax           *uint32 `yaml:"tx-max,omitempty" protobuf:"4"`
	TXPushBufLenMax *uint32 `yaml:"tx-push-buf-len-max,omitempty" protobuf:"5"`
	RX              *uint32 `yaml:"rx,omitempty" protobuf:"6"`
	RXMini          *uint32 `yaml:"rx-mini,omitempty" protobuf:"7"`
	RXJumbo         *uint32 `yaml:"rx-jumbo,omitempty" protobuf:"8"`
	TX              *uint32 `yaml:"tx,omitempty" protobuf:"9"`
	RXBufLen        *uint32 `yaml:"rx-buf-len,omitempty" protobuf:"10"`
	CQESize         *uint32 `yaml:"cqe-size,omitempty" protobuf:"11"`
	TXPush          *bool   `yaml:"tx-push,omitempty" protobuf:"12"`
	RXPush          *bool   `yaml:"rx-push,omitempty" protobuf:"13"`
	TXPushBufLen    *uint32 `yaml:"tx-push-buf-len,omitempty" protobuf:"14"`
	TCPDataSplit    *bool   `yaml:"tcp-data-split,omitempty" protobuf:"15"`
}

// EthernetChannelsStatus has numbers of queues, and their bounds.
type EthernetChannelsStatus struct {
	RXMax       *uint32 `yaml:"rx-max,omitempty" protobuf:"1"`
	TXMax       *uint32 `yaml:"tx-max,omitempty" protobuf:"2"`
	OtherMax    *uint32 `yaml:"other-max,omitempty" protobuf:"3"`
	CombinedMax *uint32 `yaml:"combined-max,omitempty" protobuf:"4"`
	RX          *uint32 `yaml:"rx,omitempty" protobuf:"5"`
	TX          *uint32 `yaml:"tx,omitempty" protobuf:"6"`
	Other       *uint32 `yaml:"other,omitempty" protobuf:"7"`
	Combined    *uint32 `yaml:"combined,omitempty" protobuf:"8"`
}

// EthernetStatuses have the link's name as ID.
var EthernetStatuses = resource.Define[EthernetStatusSpec](Kinds, resource.Definition{
	Type: "EthernetStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"ethtool"},
	Columns: []resource.Column{{Name: "Link", JSONPath: "{.linkState}"}, {Name: "Speed", JSONPath: "{.speedMbit}"}},
})
