package netenum

// ConntrackState is the state of a connection; values are the bits that nftables matches.
type ConntrackState uint32

// Values of ConntrackState.
const (
	ConntrackStateNew         ConntrackState = 8
	ConntrackStateRelated     ConntrackState = 4
	ConntrackStateEstablished ConntrackState = 2
	ConntrackStateInvalid     ConntrackState = 1
)

var conntrackStateNames = []Name[ConntrackState]{
	{Value: ConntrackStateNew, Text: "new"},
	{Value: ConntrackStateRelated, Text: "related"},
	{Value: ConntrackStateEstablished, Text: "established"},
	{Value: ConntrackStateInvalid, Text: "invalid"},
}

func (v ConntrackState) String() string { return EnumString(conntrackStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ConntrackState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ConntrackState) UnmarshalText(text []byte) error {
	return ParseEnum(conntrackStateNames, "ConntrackState", string(text), v)
}

// ICMPType is a type of ICMP packets, as RFC 792 and RFC 950 number them.
type ICMPType uint32

// Values of ICMPType.
const (
	ICMPTypeTimestampRequest   ICMPType = 13
	ICMPTypeTimestampReply     ICMPType = 14
	ICMPTypeAddressMaskRequest ICMPType = 17
	ICMPTypeAddressMaskReply   ICMPType = 18
)

// MatchOperator is how a name is compared.
type MatchOperator uint32

// Values of MatchOperator.
const (
	MatchOperator0 MatchOperator = 0
	MatchOperator1 MatchOperator = 1
)

var matchOperatorNames = []Name[MatchOperator]{
	{Value: MatchOperator0, Text: "=="},
	{Value: MatchOperator1, Text: "!="},
}

func (v MatchOperator) String() string { return EnumString(matchOperatorNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v MatchOperator) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *MatchOperator) UnmarshalText(text []byte) error {
	return ParseEnum(matchOperatorNames, "MatchOperator", string(text), v)
}

// NfTablesChainHook is the place in the kernel's packet path where a chain is asked.
type NfTablesChainHook uint32

// Values of NfTablesChainHook.
const (
	NfTablesChainHookPrerouting  NfTablesChainHook = 0
	NfTablesChainHookInput       NfTablesChainHook = 1
	NfTablesChainHookForward     NfTablesChainHook = 2
	NfTablesChainHookOutput      NfTablesChainHook = 3
	NfTablesChainHookPostrouting NfTablesChainHook = 4
)

var nfTablesChainHookNames = []Name[NfTablesChainHook]{
	{Value: NfTablesChainHookPrerouting, Text: "prerouting"},
	{Value: NfTablesChainHookInput, Text: "input"},
	{Value: NfTablesChainHookForward, Text: "forward"},
	{Value: NfTablesChainHookOutput, Text: "output"},
	{Value: NfTablesChainHookPostrouting, Text: "postrouting"},
}

func (v NfTablesChainHook) String() string { return EnumString(nfTablesChainHookNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesChainHook) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesChainHook) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesChainHookNames, "NfTablesChainHook", string(text), v)
}

// NfTablesChainPriority orders chains of the same hook, the lowest first.
type NfTablesChainPriority int32

// Values of NfTablesChainPriority.
const (
	NfTablesChainPriorityFirst           NfTablesChainPriority = -2147483648
	NfTablesChainPriorityConntrackDefrag NfTablesChainPriority = -400
	NfTablesChainPriorityRaw             NfTablesChainPriority = -300
	NfTablesChainPrioritySelinuxFirst    NfTablesChainPriority = -225
	NfTablesChainPriorityConntrack       NfTablesChainPriority = -200
	NfTablesChainPriorityMangle          NfTablesChainPriority = -150
	NfTablesChainPriorityNatDest         NfTablesChainPriority = -100
	NfTablesChainPriorityFilter          NfTablesChainPriority = 0
	NfTablesChainPrioritySecurity        NfTablesChainPriority = 50
	NfTablesChainPriorityNatSource       NfTablesChainPriority = 100
	NfTablesChainPrioritySelinuxLast     NfTablesChainPriority = 225
	NfTablesChainPriorityConntrackHelper NfTablesChainPriority = 300
	NfTablesChainPriorityLast            NfTablesChainPriority = 2147483647
)

var nfTablesChainPriorityNames = []Name[NfTablesChainPriority]{
	{Value: NfTablesChainPriorityFirst, Text: "first"},
	{Value: NfTablesChainPriorityConntrackDefrag, Text: "conntrack-defrag"},
	{Value: NfTablesChainPriorityRaw, Text: "raw"},
	{Value: NfTablesChainPrioritySelinuxFirst, Text: "selinux-first"},
	{Value: NfTablesChainPriorityConntrack, Text: "conntrack"},
	{Value: NfTablesChainPriorityMangle, Text: "mangle"},
	{Value: NfTablesChainPriorityNatDest, Text: "nat-dest"},
	{Value: NfTablesChainPriorityFilter, Text: "filter"},
	{Value: NfTablesChainPrioritySecurity, Text: "security"},
	{Value: NfTablesChainPriorityNatSource, Text: "nat-source"},
	{Value: NfTablesChainPrioritySelinuxLast, Text: "selinux-last"},
	{Value: NfTablesChainPriorityConntrackHelper, Text: "conntrack-helper"},
	{Value: NfTablesChainPriorityLast, Text: "last"},
}

func (v NfTablesChainPriority) String() string { return EnumString(nfTablesChainPriorityNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesChainPriority) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesChainPriority) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesChainPriorityNames, "NfTablesChainPriority", string(text), v)
}

// NfTablesChainType is a type of nftables chains.
type NfTablesChainType string

// Values of NfTablesChainType.
const (
	ChainTypeFilter NfTablesChainType = "filter"
	ChainTypeRoute  NfTablesChainType = "route"
	ChainTypeNAT    NfTablesChainType = "nat"
)

// NfTablesVerdict is what becomes of a packet.
type NfTablesVerdict uint32

// Values of NfTablesVerdict.
const (
	NfTablesVerdictDrop   NfTablesVerdict = 0
	NfTablesVerdictAccept NfTablesVerdict = 1
)

var nfTablesVerdictNames = []Name[NfTablesVerdict]{
	{Value: NfTablesVerdictDrop, Text: "drop"},
	{Value: NfTablesVerdictAccept, Text: "accept"},
}

func (v NfTablesVerdict) String() string { return EnumString(nfTablesVerdictNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesVerdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesVerdict) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesVerdictNames, "NfTablesVerdict", string(text), v)
}

// Protocol is the number of a protocol over IP.
type Protocol uint32

// Values of Protocol.
const (
	ProtocolIcmp   Protocol = 1
	ProtocolTcp    Protocol = 6
	ProtocolUdp    Protocol = 17
	ProtocolIcmpv6 Protocol = 58
)

var protocolNames = []Name[Protocol]{
	{Value: ProtocolIcmp, Text: "icmp"},
	{Value: ProtocolTcp, Text: "tcp"},
	{Value: ProtocolUdp, Text: "udp"},
	{Value: ProtocolIcmpv6, Text: "icmpv6"},
}

func (v Protocol) String() string { return EnumString(protocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Protocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Protocol) UnmarshalText(text []byte) error {
	return ParseEnum(protocolNames, "Protocol", string(text), v)
}
