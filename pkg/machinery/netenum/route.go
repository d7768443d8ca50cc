package netenum

// BGPSessionState is a state of RFC 4271's state machine.
type BGPSessionState uint32

// Values of BGPSessionState.
const (
	BGPSessionStateUNKNOWN     BGPSessionState = 0
	BGPSessionStateIDLE        BGPSessionState = 1
	BGPSessionStateCONNECT     BGPSessionState = 2
	BGPSessionStateACTIVE      BGPSessionState = 3
	BGPSessionStateOPENSENT    BGPSessionState = 4
	BGPSessionStateOPENCONFIRM BGPSessionState = 5
	BGPSessionStateESTABLISHED BGPSessionState = 6
)

var bGPSessionStateNames = []Name[BGPSessionState]{
	{Value: BGPSessionStateUNKNOWN, Text: "UNKNOWN"},
	{Value: BGPSessionStateIDLE, Text: "IDLE"},
	{Value: BGPSessionStateCONNECT, Text: "CONNECT"},
	{Value: BGPSessionStateACTIVE, Text: "ACTIVE"},
	{Value: BGPSessionStateOPENSENT, Text: "OPEN_SENT"},
	{Value: BGPSessionStateOPENCONFIRM, Text: "OPEN_CONFIRM"},
	{Value: BGPSessionStateESTABLISHED, Text: "ESTABLISHED"},
}

func (v BGPSessionState) String() string { return EnumString(bGPSessionStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BGPSessionState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BGPSessionState) UnmarshalText(text []byte) error {
	return ParseEnum(bGPSessionStateNames, "BGPSessionState", string(text), v)
}

// RouteFlags are the kernel's RTM_F_ flags of a route.
type RouteFlags uint32

// Values of RouteFlags.
const (
	RouteFlagNotify      RouteFlags = 256
	RouteFlagCloned      RouteFlags = 512
	RouteFlagEqualize    RouteFlags = 1024
	RouteFlagPrefix      RouteFlags = 2048
	RouteFlagLookupTable RouteFlags = 4096
	RouteFlagFibMatch    RouteFlags = 8192
	RouteFlagOffload     RouteFlags = 16384
	RouteFlagTrap        RouteFlags = 32768
)

var routeFlagsNames = []Name[RouteFlags]{
	{Value: RouteFlagNotify, Text: "notify"},
	{Value: RouteFlagCloned, Text: "cloned"},
	{Value: RouteFlagEqualize, Text: "equalize"},
	{Value: RouteFlagPrefix, Text: "prefix"},
	{Value: RouteFlagLookupTable, Text: "lookup_table"},
	{Value: RouteFlagFibMatch, Text: "fib_match"},
	{Value: RouteFlagOffload, Text: "offload"},
	{Value: RouteFlagTrap, Text: "trap"},
}

func (v RouteFlags) String() string { return MaskString(routeFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteFlags) UnmarshalText(text []byte) error {
	return ParseMask(routeFlagsNames, "RouteFlags", string(text), v)
}

// RouteProtocol is who made a route. What the kernel or another routing program made is left alone.
type RouteProtocol uint32

// Values of RouteProtocol.
const (
	RouteProtocolUnspec     RouteProtocol = 0
	RouteProtocolRedirect   RouteProtocol = 1
	RouteProtocolKernel     RouteProtocol = 2
	RouteProtocolBoot       RouteProtocol = 3
	RouteProtocolStatic     RouteProtocol = 4
	RouteProtocolRa         RouteProtocol = 9
	RouteProtocolMrt        RouteProtocol = 10
	RouteProtocolZebra      RouteProtocol = 11
	RouteProtocolBird       RouteProtocol = 12
	RouteProtocolDnrouted   RouteProtocol = 13
	RouteProtocolXorp       RouteProtocol = 14
	RouteProtocolNtk        RouteProtocol = 15
	RouteProtocolDhcp       RouteProtocol = 16
	RouteProtocolMrtd       RouteProtocol = 17
	RouteProtocolKeepalived RouteProtocol = 18
	RouteProtocolBabel      RouteProtocol = 42
	RouteProtocolOpenr      RouteProtocol = 99
	RouteProtocolBgp        RouteProtocol = 186
	RouteProtocolIsis       RouteProtocol = 187
	RouteProtocolOspf       RouteProtocol = 188
	RouteProtocolRip        RouteProtocol = 189
	RouteProtocolEigrp      RouteProtocol = 192
)

var routeProtocolNames = []Name[RouteProtocol]{
	{Value: RouteProtocolUnspec, Text: "unspec"},
	{Value: RouteProtocolRedirect, Text: "redirect"},
	{Value: RouteProtocolKernel, Text: "kernel"},
	{Value: RouteProtocolBoot, Text: "boot"},
	{Value: RouteProtocolStatic, Text: "static"},
	{Value: RouteProtocolRa, Text: "ra"},
	{Value: RouteProtocolMrt, Text: "mrt"},
	{Value: RouteProtocolZebra, Text: "zebra"},
	{Value: RouteProtocolBird, Text: "bird"},
	{Value: RouteProtocolDnrouted, Text: "dnrouted"},
	{Value: RouteProtocolXorp, Text: "xorp"},
	{Value: RouteProtocolNtk, Text: "ntk"},
	{Value: RouteProtocolDhcp, Text: "dhcp"},
	{Value: RouteProtocolMrtd, Text: "mrtd"},
	{Value: RouteProtocolKeepalived, Text: "keepalived"},
	{Value: RouteProtocolBabel, Text: "babel"},
	{Value: RouteProtocolOpenr, Text: "openr"},
	{Value: RouteProtocolBgp, Text: "bgp"},
	{Value: RouteProtocolIsis, Text: "isis"},
	{Value: RouteProtocolOspf, Text: "ospf"},
	{Value: RouteProtocolRip, Text: "rip"},
	{Value: RouteProtocolEigrp, Text: "eigrp"},
}

func (v RouteProtocol) String() string { return EnumString(routeProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(routeProtocolNames, "RouteProtocol", string(text), v)
}

// RouteType is what becomes of a packet a route matches.
type RouteType uint32

// Values of RouteType.
const (
	RouteTypeUnspec      RouteType = 0
	RouteTypeUnicast     RouteType = 1
	RouteTypeLocal       RouteType = 2
	RouteTypeBroadcast   RouteType = 3
	RouteTypeAnycast     RouteType = 4
	RouteTypeMulticast   RouteType = 5
	RouteTypeBlackhole   RouteType = 6
	RouteTypeUnreachable RouteType = 7
	RouteTypeProhibit    RouteType = 8
	RouteTypeThrow       RouteType = 9
	RouteTypeNat         RouteType = 10
	RouteTypeXresolve    RouteType = 11
)

var routeTypeNames = []Name[RouteType]{
	{Value: RouteTypeUnspec, Text: "unspec"},
	{Value: RouteTypeUnicast, Text: "unicast"},
	{Value: RouteTypeLocal, Text: "local"},
	{Value: RouteTypeBroadcast, Text: "broadcast"},
	{Value: RouteTypeAnycast, Text: "anycast"},
	{Value: RouteTypeMulticast, Text: "multicast"},
	{Value: RouteTypeBlackhole, Text: "blackhole"},
	{Value: RouteTypeUnreachable, Text: "unreachable"},
	{Value: RouteTypeProhibit, Text: "prohibit"},
	{Value: RouteTypeThrow, Text: "throw"},
	{Value: RouteTypeNat, Text: "nat"},
	{Value: RouteTypeXresolve, Text: "xresolve"},
}

func (v RouteType) String() string { return EnumString(routeTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteType) UnmarshalText(text []byte) error {
	return ParseEnum(routeTypeNames, "RouteType", string(text), v)
}

// RoutingRuleAction is what a routing rule does.
type RoutingRuleAction uint32

// Values of RoutingRuleAction.
const (
	RoutingRuleActionUnspec      RoutingRuleAction = 0
	RoutingRuleActionUnicast     RoutingRuleAction = 1
	RoutingRuleActionBlackhole   RoutingRuleAction = 6
	RoutingRuleActionUnreachable RoutingRuleAction = 7
	RoutingRuleActionProhibit    RoutingRuleAction = 8
)

var routingRuleActionNames = []Name[RoutingRuleAction]{
	{Value: RoutingRuleActionUnspec, Text: "unspec"},
	{Value: RoutingRuleActionUnicast, Text: "unicast"},
	{Value: RoutingRuleActionBlackhole, Text: "blackhole"},
	{Value: RoutingRuleActionUnreachable, Text: "unreachable"},
	{Value: RoutingRuleActionProhibit, Text: "prohibit"},
}

func (v RoutingRuleAction) String() string { return EnumString(routingRuleActionNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RoutingRuleAction) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RoutingRuleAction) UnmarshalText(text []byte) error {
	return ParseEnum(routingRuleActionNames, "RoutingRuleAction", string(text), v)
}

// RoutingTable is the number of a routing table.
type RoutingTable uint32

// Values of RoutingTable.
const (
	RoutingTableUnspec  RoutingTable = 0
	RoutingTableDefault RoutingTable = 253
	RoutingTableMain    RoutingTable = 254
	RoutingTableLocal   RoutingTable = 255
)

var routingTableNames = []Name[RoutingTable]{
	{Value: RoutingTableUnspec, Text: "unspec"},
	{Value: RoutingTableDefault, Text: "default"},
	{Value: RoutingTableMain, Text: "main"},
	{Value: RoutingTableLocal, Text: "local"},
}

func (v RoutingTable) String() string { return NumberString(routingTableNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RoutingTable) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RoutingTable) UnmarshalText(text []byte) error {
	return ParseNumber(routingTableNames, "RoutingTable", string(text), v)
}
