package netenum

type ADLACPActive uint32

const (
	ADLACPActiveOff ADLACPActive = 0
	ADLACPActiveOn  ADLACPActive = 1
)

var aDLACPActiveNames = []Name[ADLACPActive]{
	{ADLACPActiveOff, "off"},
	{ADLACPActiveOn, "on"},
}

func (v ADLACPActive) String() string { return EnumString(aDLACPActiveNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ADLACPActive) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ADLACPActive) UnmarshalText(text []byte) error {
	return ParseEnum(aDLACPActiveNames, "ADLACPActive", string(text), v)
}

type ADSelect uint32

const (
	ADSelectStable    ADSelect = 0
	ADSelectBandwidth ADSelect = 1
	ADSelectCount     ADSelect = 2
)

var aDSelectNames = []Name[ADSelect]{
	{ADSelectStable, "stable"},
	{ADSelectBandwidth, "bandwidth"},
	{ADSelectCount, "count"},
}

func (v ADSelect) String() string { return EnumString(aDSelectNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ADSelect) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ADSelect) UnmarshalText(text []byte) error {
	return ParseEnum(aDSelectNames, "ADSelect", string(text), v)
}

type ARPAllTargets uint32

const (
	ARPAllTargetsAny ARPAllTargets = 0
	ARPAllTargetsAll ARPAllTargets = 1
)

var aRPAllTargetsNames = []Name[ARPAllTargets]{
	{ARPAllTargetsAny, "any"},
	{ARPAllTargetsAll, "all"},
}

func (v ARPAllTargets) String() string { return EnumString(aRPAllTargetsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ARPAllTargets) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ARPAllTargets) UnmarshalText(text []byte) error {
	return ParseEnum(aRPAllTargetsNames, "ARPAllTargets", string(text), v)
}

type ARPValidate uint32

const (
	ARPValidateNone         ARPValidate = 0
	ARPValidateActive       ARPValidate = 1
	ARPValidateBackup       ARPValidate = 2
	ARPValidateAll          ARPValidate = 3
	ARPValidateFilter       ARPValidate = 4
	ARPValidateFilterActive ARPValidate = 5
	ARPValidateFilterBackup ARPValidate = 6
)

var aRPValidateNames = []Name[ARPValidate]{
	{ARPValidateNone, "none"},
	{ARPValidateActive, "active"},
	{ARPValidateBackup, "backup"},
	{ARPValidateAll, "all"},
	{ARPValidateFilter, "filter"},
	{ARPValidateFilterActive, "filter-active"},
	{ARPValidateFilterBackup, "filter-backup"},
}

func (v ARPValidate) String() string { return EnumString(aRPValidateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ARPValidate) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ARPValidate) UnmarshalText(text []byte) error {
	return ParseEnum(aRPValidateNames, "ARPValidate", string(text), v)
}

type AddressFlags uint32

const (
	AddressFlagTemporary     AddressFlags = 1
	AddressFlagNodad         AddressFlags = 2
	AddressFlagOptimistic    AddressFlags = 4
	AddressFlagDadfailed     AddressFlags = 8
	AddressFlagHomeaddress   AddressFlags = 16
	AddressFlagDeprecated    AddressFlags = 32
	AddressFlagTentative     AddressFlags = 64
	AddressFlagPermanent     AddressFlags = 128
	AddressFlagMngmtmpaddr   AddressFlags = 256
	AddressFlagNoprefixroute AddressFlags = 512
	AddressFlagMcautojoin    AddressFlags = 1024
	AddressFlagStableprivacy AddressFlags = 2048
)

var addressFlagsNames = []Name[AddressFlags]{
	{AddressFlagTemporary, "temporary"},
	{AddressFlagNodad, "nodad"},
	{AddressFlagOptimistic, "optimistic"},
	{AddressFlagDadfailed, "dadfailed"},
	{AddressFlagHomeaddress, "homeaddress"},
	{AddressFlagDeprecated, "deprecated"},
	{AddressFlagTentative, "tentative"},
	{AddressFlagPermanent, "permanent"},
	{AddressFlagMngmtmpaddr, "mngmtmpaddr"},
	{AddressFlagNoprefixroute, "noprefixroute"},
	{AddressFlagMcautojoin, "mcautojoin"},
	{AddressFlagStableprivacy, "stableprivacy"},
}

func (v AddressFlags) String() string { return MaskString(addressFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v AddressFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *AddressFlags) UnmarshalText(text []byte) error {
	return ParseMask(addressFlagsNames, "AddressFlags", string(text), v)
}

type AddressSortAlgorithm uint32

const (
	AddressSortAlgorithmV1 AddressSortAlgorithm = 0
	AddressSortAlgorithmV2 AddressSortAlgorithm = 1
)

var addressSortAlgorithmNames = []Name[AddressSortAlgorithm]{
	{AddressSortAlgorithmV1, "v1"},
	{AddressSortAlgorithmV2, "v2"},
}

func (v AddressSortAlgorithm) String() string { return EnumString(addressSortAlgorithmNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v AddressSortAlgorithm) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *AddressSortAlgorithm) UnmarshalText(text []byte) error {
	return ParseEnum(addressSortAlgorithmNames, "AddressSortAlgorithm", string(text), v)
}

type BGPSessionState uint32

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
	{BGPSessionStateUNKNOWN, "UNKNOWN"},
	{BGPSessionStateIDLE, "IDLE"},
	{BGPSessionStateCONNECT, "CONNECT"},
	{BGPSessionStateACTIVE, "ACTIVE"},
	{BGPSessionStateOPENSENT, "OPEN_SENT"},
	{BGPSessionStateOPENCONFIRM, "OPEN_CONFIRM"},
	{BGPSessionStateESTABLISHED, "ESTABLISHED"},
}

func (v BGPSessionState) String() string { return EnumString(bGPSessionStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BGPSessionState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BGPSessionState) UnmarshalText(text []byte) error {
	return ParseEnum(bGPSessionStateNames, "BGPSessionState", string(text), v)
}

type BondMode uint32

const (
	BondModeBalanceRr    BondMode = 0
	BondModeActiveBackup BondMode = 1
	BondModeBalanceXor   BondMode = 2
	BondModeBroadcast    BondMode = 3
	BondMode8023ad       BondMode = 4
	BondModeBalanceTlb   BondMode = 5
	BondModeBalanceAlb   BondMode = 6
)

var bondModeNames = []Name[BondMode]{
	{BondModeBalanceRr, "balance-rr"},
	{BondModeActiveBackup, "active-backup"},
	{BondModeBalanceXor, "balance-xor"},
	{BondModeBroadcast, "broadcast"},
	{BondMode8023ad, "802.3ad"},
	{BondModeBalanceTlb, "balance-tlb"},
	{BondModeBalanceAlb, "balance-alb"},
}

func (v BondMode) String() string { return EnumString(bondModeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BondMode) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BondMode) UnmarshalText(text []byte) error {
	return ParseEnum(bondModeNames, "BondMode", string(text), v)
}

type BondXmitHashPolicy uint32

const (
	BondXmitHashPolicyLayer2  BondXmitHashPolicy = 0
	BondXmitHashPolicyLayer34 BondXmitHashPolicy = 1
	BondXmitHashPolicyLayer23 BondXmitHashPolicy = 2
	BondXmitHashPolicyEncap23 BondXmitHashPolicy = 3
	BondXmitHashPolicyEncap34 BondXmitHashPolicy = 4
)

var bondXmitHashPolicyNames = []Name[BondXmitHashPolicy]{
	{BondXmitHashPolicyLayer2, "layer2"},
	{BondXmitHashPolicyLayer34, "layer3+4"},
	{BondXmitHashPolicyLayer23, "layer2+3"},
	{BondXmitHashPolicyEncap23, "encap2+3"},
	{BondXmitHashPolicyEncap34, "encap3+4"},
}

func (v BondXmitHashPolicy) String() string { return EnumString(bondXmitHashPolicyNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BondXmitHashPolicy) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BondXmitHashPolicy) UnmarshalText(text []byte) error {
	return ParseEnum(bondXmitHashPolicyNames, "BondXmitHashPolicy", string(text), v)
}

type ClientIdentifier uint32

const (
	ClientIdentifierNone ClientIdentifier = 0
	ClientIdentifierMac  ClientIdentifier = 1
	ClientIdentifierDuid ClientIdentifier = 2
)

var clientIdentifierNames = []Name[ClientIdentifier]{
	{ClientIdentifierNone, "none"},
	{ClientIdentifierMac, "mac"},
	{ClientIdentifierDuid, "duid"},
}

func (v ClientIdentifier) String() string { return EnumString(clientIdentifierNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ClientIdentifier) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ClientIdentifier) UnmarshalText(text []byte) error {
	return ParseEnum(clientIdentifierNames, "ClientIdentifier", string(text), v)
}

type ConntrackState uint32

const (
	ConntrackStateNew         ConntrackState = 8
	ConntrackStateRelated     ConntrackState = 4
	ConntrackStateEstablished ConntrackState = 2
	ConntrackStateInvalid     ConntrackState = 1
)

var conntrackStateNames = []Name[ConntrackState]{
	{ConntrackStateNew, "new"},
	{ConntrackStateRelated, "related"},
	{ConntrackStateEstablished, "established"},
	{ConntrackStateInvalid, "invalid"},
}

func (v ConntrackState) String() string { return EnumString(conntrackStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ConntrackState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ConntrackState) UnmarshalText(text []byte) error {
	return ParseEnum(conntrackStateNames, "ConntrackState", string(text), v)
}

type DNSProtocol uint32

const (
	DNSProtocolDo53 DNSProtocol = 0
	DNSProtocolDoT  DNSProtocol = 1
	DNSProtocolDoH  DNSProtocol = 2
)

var dNSProtocolNames = []Name[DNSProtocol]{
	{DNSProtocolDo53, "Do53"},
	{DNSProtocolDoT, "DoT"},
	{DNSProtocolDoH, "DoH"},
}

func (v DNSProtocol) String() string { return EnumString(dNSProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v DNSProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *DNSProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(dNSProtocolNames, "DNSProtocol", string(text), v)
}

type Duplex uint32

const (
	DuplexHalf    Duplex = 0
	DuplexFull    Duplex = 1
	DuplexUnknown Duplex = 255
)

var duplexNames = []Name[Duplex]{
	{DuplexHalf, "Half"},
	{DuplexFull, "Full"},
	{DuplexUnknown, "Unknown"},
}

func (v Duplex) String() string { return EnumString(duplexNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Duplex) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Duplex) UnmarshalText(text []byte) error {
	return ParseEnum(duplexNames, "Duplex", string(text), v)
}

type FailOverMAC uint32

const (
	FailOverMACNone   FailOverMAC = 0
	FailOverMACActive FailOverMAC = 1
	FailOverMACFollow FailOverMAC = 2
)

var failOverMACNames = []Name[FailOverMAC]{
	{FailOverMACNone, "none"},
	{FailOverMACActive, "active"},
	{FailOverMACFollow, "follow"},
}

func (v FailOverMAC) String() string { return EnumString(failOverMACNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FailOverMAC) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FailOverMAC) UnmarshalText(text []byte) error {
	return ParseEnum(failOverMACNames, "FailOverMAC", string(text), v)
}

type Family uint32

const (
	FamilyInet4 Family = 2
	FamilyInet6 Family = 10
)

var familyNames = []Name[Family]{
	{FamilyInet4, "inet4"},
	{FamilyInet6, "inet6"},
}

func (v Family) String() string { return EnumString(familyNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Family) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Family) UnmarshalText(text []byte) error {
	return ParseEnum(familyNames, "Family", string(text), v)
}

type ICMPType uint32

const (
	ICMPTypeTimestampRequest   ICMPType = 13
	ICMPTypeTimestampReply     ICMPType = 14
	ICMPTypeAddressMaskRequest ICMPType = 17
	ICMPTypeAddressMaskReply   ICMPType = 18
)

type LACPRate uint32

const (
	LACPRateSlow LACPRate = 0
	LACPRateFast LACPRate = 1
)

var lACPRateNames = []Name[LACPRate]{
	{LACPRateSlow, "slow"},
	{LACPRateFast, "fast"},
}

func (v LACPRate) String() string { return EnumString(lACPRateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LACPRate) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LACPRate) UnmarshalText(text []byte) error {
	return ParseEnum(lACPRateNames, "LACPRate", string(text), v)
}

type LinkFlags uint32

const (
	LinkFlagUP           LinkFlags = 1
	LinkFlagBROADCAST    LinkFlags = 2
	LinkFlagDEBUG        LinkFlags = 4
	LinkFlagLOOPBACK     LinkFlags = 8
	LinkFlagPOINTTOPOINT LinkFlags = 16
	LinkFlagNOTRAILERS   LinkFlags = 32
	LinkFlagRUNNING      LinkFlags = 64
	LinkFlagNOARP        LinkFlags = 128
	LinkFlagPROMISC      LinkFlags = 256
	LinkFlagALLMULTI     LinkFlags = 512
	LinkFlagMASTER       LinkFlags = 1024
	LinkFlagSLAVE        LinkFlags = 2048
	LinkFlagMULTICAST    LinkFlags = 4096
	LinkFlagPORTSEL      LinkFlags = 8192
	LinkFlagAUTOMEDIA    LinkFlags = 16384
	LinkFlagDYNAMIC      LinkFlags = 32768
	LinkFlagLOWERUP      LinkFlags = 65536
	LinkFlagDORMANT      LinkFlags = 131072
	LinkFlagECHO         LinkFlags = 262144
)

var linkFlagsNames = []Name[LinkFlags]{
	{LinkFlagUP, "UP"},
	{LinkFlagBROADCAST, "BROADCAST"},
	{LinkFlagDEBUG, "DEBUG"},
	{LinkFlagLOOPBACK, "LOOPBACK"},
	{LinkFlagPOINTTOPOINT, "POINTTOPOINT"},
	{LinkFlagNOTRAILERS, "NOTRAILERS"},
	{LinkFlagRUNNING, "RUNNING"},
	{LinkFlagNOARP, "NOARP"},
	{LinkFlagPROMISC, "PROMISC"},
	{LinkFlagALLMULTI, "ALLMULTI"},
	{LinkFlagMASTER, "MASTER"},
	{LinkFlagSLAVE, "SLAVE"},
	{LinkFlagMULTICAST, "MULTICAST"},
	{LinkFlagPORTSEL, "PORTSEL"},
	{LinkFlagAUTOMEDIA, "AUTOMEDIA"},
	{LinkFlagDYNAMIC, "DYNAMIC"},
	{LinkFlagLOWERUP, "LOWER_UP"},
	{LinkFlagDORMANT, "DORMANT"},
	{LinkFlagECHO, "ECHO"},
}

func (v LinkFlags) String() string { return MaskString(linkFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LinkFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LinkFlags) UnmarshalText(text []byte) error {
	return ParseMask(linkFlagsNames, "LinkFlags", string(text), v)
}

type LinkType uint32

const (
	LinkTypeNetrom            LinkType = 0
	LinkTypeEther             LinkType = 1
	LinkTypeEether            LinkType = 2
	LinkTypeAx25              LinkType = 3
	LinkTypePronet            LinkType = 4
	LinkTypeChaos             LinkType = 5
	LinkTypeIeee802           LinkType = 6
	LinkTypeArcnet            LinkType = 7
	LinkTypeAtalk             LinkType = 8
	LinkTypeDlci              LinkType = 15
	LinkTypeAtm               LinkType = 19
	LinkTypeMetricom          LinkType = 23
	LinkTypeIeee1394          LinkType = 24
	LinkTypeEui64             LinkType = 27
	LinkTypeInfiniband        LinkType = 32
	LinkTypeSlip              LinkType = 256
	LinkTypeCslip             LinkType = 257
	LinkTypeSlip6             LinkType = 258
	LinkTypeCslip6            LinkType = 259
	LinkTypeRsrvd             LinkType = 260
	LinkTypeAdapt             LinkType = 264
	LinkTypeRose              LinkType = 270
	LinkTypeX25               LinkType = 271
	LinkTypeHwx25             LinkType = 272
	LinkTypeCan               LinkType = 280
	LinkTypePpp               LinkType = 512
	LinkTypeCisco             LinkType = 513
	LinkTypeHdlc              LinkType = 513
	LinkTypeLapb              LinkType = 516
	LinkTypeDdcmp             LinkType = 517
	LinkTypeRawhdlc           LinkType = 518
	LinkTypeIpip              LinkType = 768
	LinkTypeTunnel6           LinkType = 769
	LinkTypeFrad              LinkType = 770
	LinkTypeSkip              LinkType = 771
	LinkTypeLoopback          LinkType = 772
	LinkTypeLocaltlk          LinkType = 773
	LinkTypeFddi              LinkType = 774
	LinkTypeBif               LinkType = 775
	LinkTypeSit               LinkType = 776
	LinkTypeIpDdp             LinkType = 777
	LinkTypeGre               LinkType = 778
	LinkTypePimreg            LinkType = 779
	LinkTypeHippi             LinkType = 780
	LinkTypeAsh               LinkType = 781
	LinkTypeEconet            LinkType = 782
	LinkTypeIrda              LinkType = 783
	LinkTypeFcpp              LinkType = 784
	LinkTypeFcal              LinkType = 785
	LinkTypeFcpl              LinkType = 786
	LinkTypeFcfb0             LinkType = 787
	LinkTypeFcfb1             LinkType = 788
	LinkTypeFcfb2             LinkType = 789
	LinkTypeFcfb3             LinkType = 790
	LinkTypeFcfb4             LinkType = 791
	LinkTypeFcfb5             LinkType = 792
	LinkTypeFcfb6             LinkType = 793
	LinkTypeFcfb7             LinkType = 794
	LinkTypeFcfb8             LinkType = 795
	LinkTypeFcfb9             LinkType = 796
	LinkTypeFcfb10            LinkType = 797
	LinkTypeFcfb11            LinkType = 798
	LinkTypeFcfb12            LinkType = 799
	LinkTypeTr                LinkType = 800
	LinkTypeIeee80211         LinkType = 801
	LinkTypeIeee80211Prism    LinkType = 802
	LinkTypeIeee80211Radiotap LinkType = 803
	LinkTypeIeee802154        LinkType = 804
	LinkTypeIeee802154Monitor LinkType = 805
	LinkTypePhonet            LinkType = 820
	LinkTypePhonetPipe        LinkType = 821
	LinkTypeCaif              LinkType = 822
	LinkTypeIp6gre            LinkType = 823
	LinkTypeNetlink           LinkType = 824
	LinkType6lowpan           LinkType = 825
	LinkTypeVoid              LinkType = 65535
	LinkTypeNohdr             LinkType = 65534
)

var linkTypeNames = []Name[LinkType]{
	{LinkTypeNetrom, "netrom"},
	{LinkTypeEther, "ether"},
	{LinkTypeEether, "eether"},
	{LinkTypeAx25, "ax25"},
	{LinkTypePronet, "pronet"},
	{LinkTypeChaos, "chaos"},
	{LinkTypeIeee802, "ieee802"},
	{LinkTypeArcnet, "arcnet"},
	{LinkTypeAtalk, "atalk"},
	{LinkTypeDlci, "dlci"},
	{LinkTypeAtm, "atm"},
	{LinkTypeMetricom, "metricom"},
	{LinkTypeIeee1394, "ieee1394"},
	{LinkTypeEui64, "eui64"},
	{LinkTypeInfiniband, "infiniband"},
	{LinkTypeSlip, "slip"},
	{LinkTypeCslip, "cslip"},
	{LinkTypeSlip6, "slip6"},
	{LinkTypeCslip6, "cslip6"},
	{LinkTypeRsrvd, "rsrvd"},
	{LinkTypeAdapt, "adapt"},
	{LinkTypeRose, "rose"},
	{LinkTypeX25, "x25"},
	{LinkTypeHwx25, "hwx25"},
	{LinkTypeCan, "can"},
	{LinkTypePpp, "ppp"},
	{LinkTypeCisco, "cisco"},
	{LinkTypeHdlc, "hdlc"},
	{LinkTypeLapb, "lapb"},
	{LinkTypeDdcmp, "ddcmp"},
	{LinkTypeRawhdlc, "rawhdlc"},
	{LinkTypeIpip, "ipip"},
	{LinkTypeTunnel6, "tunnel6"},
	{LinkTypeFrad, "frad"},
	{LinkTypeSkip, "skip"},
	{LinkTypeLoopback, "loopback"},
	{LinkTypeLocaltlk, "localtlk"},
	{LinkTypeFddi, "fddi"},
	{LinkTypeBif, "bif"},
	{LinkTypeSit, "sit"},
	{LinkTypeIpDdp, "ip/ddp"},
	{LinkTypeGre, "gre"},
	{LinkTypePimreg, "pimreg"},
	{LinkTypeHippi, "hippi"},
	{LinkTypeAsh, "ash"},
	{LinkTypeEconet, "econet"},
	{LinkTypeIrda, "irda"},
	{LinkTypeFcpp, "fcpp"},
	{LinkTypeFcal, "fcal"},
	{LinkTypeFcpl, "fcpl"},
	{LinkTypeFcfb0, "fcfb_0"},
	{LinkTypeFcfb1, "fcfb_1"},
	{LinkTypeFcfb2, "fcfb_2"},
	{LinkTypeFcfb3, "fcfb_3"},
	{LinkTypeFcfb4, "fcfb_4"},
	{LinkTypeFcfb5, "fcfb_5"},
	{LinkTypeFcfb6, "fcfb_6"},
	{LinkTypeFcfb7, "fcfb_7"},
	{LinkTypeFcfb8, "fcfb_8"},
	{LinkTypeFcfb9, "fcfb_9"},
	{LinkTypeFcfb10, "fcfb_10"},
	{LinkTypeFcfb11, "fcfb_11"},
	{LinkTypeFcfb12, "fcfb_12"},
	{LinkTypeTr, "tr"},
	{LinkTypeIeee80211, "ieee802.11"},
	{LinkTypeIeee80211Prism, "ieee802.11_prism"},
	{LinkTypeIeee80211Radiotap, "ieee802.11_radiotap"},
	{LinkTypeIeee802154, "ieee802.15.4"},
	{LinkTypeIeee802154Monitor, "ieee802.15.4_monitor"},
	{LinkTypePhonet, "phonet"},
	{LinkTypePhonetPipe, "phonet_pipe"},
	{LinkTypeCaif, "caif"},
	{LinkTypeIp6gre, "ip6gre"},
	{LinkTypeNetlink, "netlink"},
	{LinkType6lowpan, "6lowpan"},
	{LinkTypeVoid, "void"},
	{LinkTypeNohdr, "nohdr"},
}

func (v LinkType) String() string { return EnumString(linkTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LinkType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LinkType) UnmarshalText(text []byte) error {
	return ParseEnum(linkTypeNames, "LinkType", string(text), v)
}

type MatchOperator uint32

const (
	MatchOperator0 MatchOperator = 0
	MatchOperator1 MatchOperator = 1
)

var matchOperatorNames = []Name[MatchOperator]{
	{MatchOperator0, "=="},
	{MatchOperator1, "!="},
}

func (v MatchOperator) String() string { return EnumString(matchOperatorNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v MatchOperator) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *MatchOperator) UnmarshalText(text []byte) error {
	return ParseEnum(matchOperatorNames, "MatchOperator", string(text), v)
}

type NfTablesChainHook uint32

const (
	NfTablesChainHookPrerouting  NfTablesChainHook = 0
	NfTablesChainHookInput       NfTablesChainHook = 1
	NfTablesChainHookForward     NfTablesChainHook = 2
	NfTablesChainHookOutput      NfTablesChainHook = 3
	NfTablesChainHookPostrouting NfTablesChainHook = 4
)

var nfTablesChainHookNames = []Name[NfTablesChainHook]{
	{NfTablesChainHookPrerouting, "prerouting"},
	{NfTablesChainHookInput, "input"},
	{NfTablesChainHookForward, "forward"},
	{NfTablesChainHookOutput, "output"},
	{NfTablesChainHookPostrouting, "postrouting"},
}

func (v NfTablesChainHook) String() string { return EnumString(nfTablesChainHookNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesChainHook) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesChainHook) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesChainHookNames, "NfTablesChainHook", string(text), v)
}

type NfTablesChainPriority int32

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
	{NfTablesChainPriorityFirst, "first"},
	{NfTablesChainPriorityConntrackDefrag, "conntrack-defrag"},
	{NfTablesChainPriorityRaw, "raw"},
	{NfTablesChainPrioritySelinuxFirst, "selinux-first"},
	{NfTablesChainPriorityConntrack, "conntrack"},
	{NfTablesChainPriorityMangle, "mangle"},
	{NfTablesChainPriorityNatDest, "nat-dest"},
	{NfTablesChainPriorityFilter, "filter"},
	{NfTablesChainPrioritySecurity, "security"},
	{NfTablesChainPriorityNatSource, "nat-source"},
	{NfTablesChainPrioritySelinuxLast, "selinux-last"},
	{NfTablesChainPriorityConntrackHelper, "conntrack-helper"},
	{NfTablesChainPriorityLast, "last"},
}

func (v NfTablesChainPriority) String() string { return EnumString(nfTablesChainPriorityNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesChainPriority) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesChainPriority) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesChainPriorityNames, "NfTablesChainPriority", string(text), v)
}

type NfTablesChainType string

const (
	ChainTypeFilter NfTablesChainType = "filter"
	ChainTypeRoute  NfTablesChainType = "route"
	ChainTypeNAT    NfTablesChainType = "nat"
)

type NfTablesVerdict uint32

const (
	NfTablesVerdictDrop   NfTablesVerdict = 0
	NfTablesVerdictAccept NfTablesVerdict = 1
)

var nfTablesVerdictNames = []Name[NfTablesVerdict]{
	{NfTablesVerdictDrop, "drop"},
	{NfTablesVerdictAccept, "accept"},
}

func (v NfTablesVerdict) String() string { return EnumString(nfTablesVerdictNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v NfTablesVerdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *NfTablesVerdict) UnmarshalText(text []byte) error {
	return ParseEnum(nfTablesVerdictNames, "NfTablesVerdict", string(text), v)
}

type OperationalState uint32

const (
	OperationalStateUnknown        OperationalState = 0
	OperationalStateNotPresent     OperationalState = 1
	OperationalStateDown           OperationalState = 2
	OperationalStateLowerLayerDown OperationalState = 3
	OperationalStateTesting        OperationalState = 4
	OperationalStateDormant        OperationalState = 5
	OperationalStateUp             OperationalState = 6
)

var operationalStateNames = []Name[OperationalState]{
	{OperationalStateUnknown, "unknown"},
	{OperationalStateNotPresent, "notPresent"},
	{OperationalStateDown, "down"},
	{OperationalStateLowerLayerDown, "lowerLayerDown"},
	{OperationalStateTesting, "testing"},
	{OperationalStateDormant, "dormant"},
	{OperationalStateUp, "up"},
}

func (v OperationalState) String() string { return EnumString(operationalStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v OperationalState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *OperationalState) UnmarshalText(text []byte) error {
	return ParseEnum(operationalStateNames, "OperationalState", string(text), v)
}

type Port uint32

const (
	PortTwistedPair  Port = 0
	PortAUI          Port = 1
	PortMII          Port = 2
	PortFibre        Port = 3
	PortBNC          Port = 4
	PortDirectAttach Port = 5
	PortNone         Port = 239
	PortOther        Port = 255
)

var portNames = []Name[Port]{
	{PortTwistedPair, "TwistedPair"},
	{PortAUI, "AUI"},
	{PortMII, "MII"},
	{PortFibre, ""},
	{PortBNC, "BNC"},
	{PortDirectAttach, "DirectAttach"},
	{PortNone, "None"},
	{PortOther, "Other"},
}

func (v Port) String() string { return EnumString(portNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Port) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Port) UnmarshalText(text []byte) error {
	return ParseEnum(portNames, "Port", string(text), v)
}

type PrimaryReselect uint32

const (
	PrimaryReselectAlways  PrimaryReselect = 0
	PrimaryReselectBetter  PrimaryReselect = 1
	PrimaryReselectFailure PrimaryReselect = 2
)

var primaryReselectNames = []Name[PrimaryReselect]{
	{PrimaryReselectAlways, "always"},
	{PrimaryReselectBetter, "better"},
	{PrimaryReselectFailure, "failure"},
}

func (v PrimaryReselect) String() string { return EnumString(primaryReselectNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v PrimaryReselect) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *PrimaryReselect) UnmarshalText(text []byte) error {
	return ParseEnum(primaryReselectNames, "PrimaryReselect", string(text), v)
}

type Protocol uint32

const (
	ProtocolIcmp   Protocol = 1
	ProtocolTcp    Protocol = 6
	ProtocolUdp    Protocol = 17
	ProtocolIcmpv6 Protocol = 58
)

var protocolNames = []Name[Protocol]{
	{ProtocolIcmp, "icmp"},
	{ProtocolTcp, "tcp"},
	{ProtocolUdp, "udp"},
	{ProtocolIcmpv6, "icmpv6"},
}

func (v Protocol) String() string { return EnumString(protocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Protocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Protocol) UnmarshalText(text []byte) error {
	return ParseEnum(protocolNames, "Protocol", string(text), v)
}

type RouteFlags uint32

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
	{RouteFlagNotify, "notify"},
	{RouteFlagCloned, "cloned"},
	{RouteFlagEqualize, "equalize"},
	{RouteFlagPrefix, "prefix"},
	{RouteFlagLookupTable, "lookup_table"},
	{RouteFlagFibMatch, "fib_match"},
	{RouteFlagOffload, "offload"},
	{RouteFlagTrap, "trap"},
}

func (v RouteFlags) String() string { return MaskString(routeFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteFlags) UnmarshalText(text []byte) error {
	return ParseMask(routeFlagsNames, "RouteFlags", string(text), v)
}

type RouteProtocol uint32

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
	{RouteProtocolUnspec, "unspec"},
	{RouteProtocolRedirect, "redirect"},
	{RouteProtocolKernel, "kernel"},
	{RouteProtocolBoot, "boot"},
	{RouteProtocolStatic, "static"},
	{RouteProtocolRa, "ra"},
	{RouteProtocolMrt, "mrt"},
	{RouteProtocolZebra, "zebra"},
	{RouteProtocolBird, "bird"},
	{RouteProtocolDnrouted, "dnrouted"},
	{RouteProtocolXorp, "xorp"},
	{RouteProtocolNtk, "ntk"},
	{RouteProtocolDhcp, "dhcp"},
	{RouteProtocolMrtd, "mrtd"},
	{RouteProtocolKeepalived, "keepalived"},
	{RouteProtocolBabel, "babel"},
	{RouteProtocolOpenr, "openr"},
	{RouteProtocolBgp, "bgp"},
	{RouteProtocolIsis, "isis"},
	{RouteProtocolOspf, "ospf"},
	{RouteProtocolRip, "rip"},
	{RouteProtocolEigrp, "eigrp"},
}

func (v RouteProtocol) String() string { return EnumString(routeProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(routeProtocolNames, "RouteProtocol", string(text), v)
}

type RouteType uint32

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
	{RouteTypeUnspec, "unspec"},
	{RouteTypeUnicast, "unicast"},
	{RouteTypeLocal, "local"},
	{RouteTypeBroadcast, "broadcast"},
	{RouteTypeAnycast, "anycast"},
	{RouteTypeMulticast, "multicast"},
	{RouteTypeBlackhole, "blackhole"},
	{RouteTypeUnreachable, "unreachable"},
	{RouteTypeProhibit, "prohibit"},
	{RouteTypeThrow, "throw"},
	{RouteTypeNat, "nat"},
	{RouteTypeXresolve, "xresolve"},
}

func (v RouteType) String() string { return EnumString(routeTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RouteType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RouteType) UnmarshalText(text []byte) error {
	return ParseEnum(routeTypeNames, "RouteType", string(text), v)
}

type RoutingRuleAction uint32

const (
	RoutingRuleActionUnspec      RoutingRuleAction = 0
	RoutingRuleActionUnicast     RoutingRuleAction = 1
	RoutingRuleActionBlackhole   RoutingRuleAction = 6
	RoutingRuleActionUnreachable RoutingRuleAction = 7
	RoutingRuleActionProhibit    RoutingRuleAction = 8
)

var routingRuleActionNames = []Name[RoutingRuleAction]{
	{RoutingRuleActionUnspec, "unspec"},
	{RoutingRuleActionUnicast, "unicast"},
	{RoutingRuleActionBlackhole, "blackhole"},
	{RoutingRuleActionUnreachable, "unreachable"},
	{RoutingRuleActionProhibit, "prohibit"},
}

func (v RoutingRuleAction) String() string { return EnumString(routingRuleActionNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RoutingRuleAction) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RoutingRuleAction) UnmarshalText(text []byte) error {
	return ParseEnum(routingRuleActionNames, "RoutingRuleAction", string(text), v)
}

type RoutingTable uint32

const (
	RoutingTableUnspec  RoutingTable = 0
	RoutingTableDefault RoutingTable = 253
	RoutingTableMain    RoutingTable = 254
	RoutingTableLocal   RoutingTable = 255
)

var routingTableNames = []Name[RoutingTable]{
	{RoutingTableUnspec, "unspec"},
	{RoutingTableDefault, "default"},
	{RoutingTableMain, "main"},
	{RoutingTableLocal, "local"},
}

func (v RoutingTable) String() string { return NumberString(routingTableNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v RoutingTable) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *RoutingTable) UnmarshalText(text []byte) error {
	return ParseNumber(routingTableNames, "RoutingTable", string(text), v)
}

type Scope uint32

const (
	ScopeGlobal  Scope = 0
	ScopeSite    Scope = 200
	ScopeLink    Scope = 253
	ScopeHost    Scope = 254
	ScopeNowhere Scope = 255
)

var scopeNames = []Name[Scope]{
	{ScopeGlobal, "global"},
	{ScopeSite, "site"},
	{ScopeLink, "link"},
	{ScopeHost, "host"},
	{ScopeNowhere, "nowhere"},
}

func (v Scope) String() string { return EnumString(scopeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Scope) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Scope) UnmarshalText(text []byte) error {
	return ParseEnum(scopeNames, "Scope", string(text), v)
}

type VLANProtocol uint32

const (
	VLANProtocol8021q  VLANProtocol = 33024
	VLANProtocol8021ad VLANProtocol = 34984
)

var vLANProtocolNames = []Name[VLANProtocol]{
	{VLANProtocol8021q, "802.1q"},
	{VLANProtocol8021ad, "802.1ad"},
}

func (v VLANProtocol) String() string { return EnumString(vLANProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VLANProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VLANProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(vLANProtocolNames, "VLANProtocol", string(text), v)
}

type WOLMode uint32

const (
	WOLModePhy         WOLMode = 1
	WOLModeUnicast     WOLMode = 2
	WOLModeMulticast   WOLMode = 4
	WOLModeBroadcast   WOLMode = 8
	WOLModeMagic       WOLMode = 32
	WOLModeMagicsecure WOLMode = 64
	WOLModeFilter      WOLMode = 128
)

var wOLModeNames = []Name[WOLMode]{
	{WOLModePhy, "phy"},
	{WOLModeUnicast, "unicast"},
	{WOLModeMulticast, "multicast"},
	{WOLModeBroadcast, "broadcast"},
	{WOLModeMagic, "magic"},
	{WOLModeMagicsecure, "magicsecure"},
	{WOLModeFilter, "filter"},
}

func (v WOLMode) String() string { return EnumString(wOLModeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v WOLMode) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *WOLMode) UnmarshalText(text []byte) error {
	return ParseEnum(wOLModeNames, "WOLMode", string(text), v)
}
