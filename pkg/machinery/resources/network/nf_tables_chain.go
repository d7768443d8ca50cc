package network

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NfTablesChainSpec is a chain of the node's own packet filter, with its rules in order.
type NfTablesChainSpec struct {
	Type     netenum.NfTablesChainType     `yaml:"type" protobuf:"1"`
	Hook     netenum.NfTablesChainHook     `yaml:"hook" protobuf:"2"`
	Priority netenum.NfTablesChainPriority `yaml:"priority" protobuf:"3"`
	Policy   netenum.NfTablesVerdict       `yaml:"policy" protobuf:"5"`
	Rules    []NfTablesRule                `yaml:"rules" protobuf:"4"`
}

// NfTablesRule is a rule: when everything that is set matches, the rest is done.
type NfTablesRule struct {
	MatchIIfName            *NfTablesIfNameMatch         `yaml:"matchIIfName,omitempty" protobuf:"8"`
	MatchOIfName            *NfTablesIfNameMatch         `yaml:"matchOIfName,omitempty" protobuf:"1"`
	MatchMark               *NfTablesMark                `yaml:"matchMark,omitempty" protobuf:"3"`
	MatchConntrackState     *NfTablesConntrackStateMatch `yaml:"matchConntrackState,omitempty" protobuf:"11"`
	MatchSourceAddress      *NfTablesAddressMatch        `yaml:"matchSourceAddress,omitempty" protobuf:"5"`
	MatchDestinationAddress *NfTablesAddressMatch        `yaml:"matchDestinationAddress,omitempty" protobuf:"6"`
	MatchLayer4             *NfTablesLayer4Match         `yaml:"matchLayer4,omitempty" protobuf:"7"`
	MatchLimit              *NfTablesLimitMatch          `yaml:"matchLimit,omitempty" protobuf:"10"`
	ClampMSS                *NfTablesClampMSS            `yaml:"clampMSS,omitempty" protobuf:"9"`
	SetMark                 *NfTablesMark                `yaml:"setMark,omitempty" protobuf:"4"`
	AnonCounter             bool                         `yaml:"anonymousCounter,omitempty" protobuf:"12"`
	Verdict                 *netenum.NfTablesVerdict     `yaml:"verdict,omitempty" protobuf:"2"`
}

// NfTablesIfNameMatch matches names of interfaces.
type NfTablesIfNameMatch struct {
	InterfaceNames []string              `yaml:"interfaceName" protobuf:"3"`
	Operator       netenum.MatchOperator `yaml:"operator" protobuf:"2"`
}

// NfTablesMark matches a mark, or sets it to (mark & Mask) ^ Xor.
type NfTablesMark struct {
	Mask  uint32 `yaml:"mask,omitempty" protobuf:"1"`
	Xor   uint32 `yaml:"xor,omitempty" protobuf:"2"`
	Value uint32 `yaml:"value,omitempty" protobuf:"3"`
}

// NfTablesConntrackStateMatch matches the state of a connection.
type NfTablesConntrackStateMatch struct {
	States []netenum.ConntrackState `yaml:"states" protobuf:"1"`
}

// NfTablesAddressMatch matches addresses that are in IncludeSubnets and not in ExcludeSubnets.
type NfTablesAddressMatch struct {
	IncludeSubnets []netip.Prefix `yaml:"includeSubnets,omitempty" protobuf:"1"`
	ExcludeSubnets []netip.Prefix `yaml:"excludeSubnets,omitempty" protobuf:"2"`
	Invert         bool           `yaml:"invert,omitempty" protobuf:"3"`
}

// NfTablesLayer4Match matches a protocol and its ports.
type NfTablesLayer4Match struct {
	Protocol             netenum.Protocol       `yaml:"protocol" protobuf:"1"`
	MatchSourcePort      *NfTablesPortMatch     `yaml:"matchSourcePort,omitempty" protobuf:"2"`
	MatchDestinationPort *NfTablesPortMatch     `yaml:"matchDestinationPort,omitempty" protobuf:"3"`
	MatchICMPType        *NfTablesICMPTypeMatch `yaml:"matchICMPType,omitempty" protobuf:"4"`
}

// NfTablesPortMatch matches any of the ranges.
type NfTablesPortMatch struct {
	Ranges []PortRange `yaml:"ranges,omitempty" protobuf:"1"`
}

// PortRange has both its ends in it.
type PortRange struct {
	Lo uint32 `yaml:"lo" protobuf:"1"`
	Hi uint32 `yaml:"hi" protobuf:"2"`
}

// NfTablesICMPTypeMatch matches any of the types.
type NfTablesICMPTypeMatch struct {
	Types []netenum.ICMPType `yaml:"types" protobuf:"1"`
}

// NfTablesLimitMatch matches up to a rate of packets.
type NfTablesLimitMatch struct {
	PacketRatePerSecond uint64 `yaml:"packetRatePerSecond" protobuf:"1"`
}

// NfTablesClampMSS bounds the segment size of new connections.
type NfTablesClampMSS struct {
	MTU uint32 `yaml:"mtu" protobuf:"1"`
}

// NfTablesChains have the chain's name as ID. All together are one table, replaced in one
// transaction.
var NfTablesChains = resource.Define[NfTablesChainSpec](Kinds, resource.Definition{
	Type: "NfTablesChains.net.talos.dev", Namespace: "network",
	Aliases: []string{"chain", "chains"},
	Columns: []resource.Column{{Name: "Type", JSONPath: "{.type}"}, {Name: "Hook", JSONPath: "{.hook}"}, {Name: "Priority", JSONPath: "{.priority}"}, {Name: "Policy", JSONPath: "{.policy}"}},
})
