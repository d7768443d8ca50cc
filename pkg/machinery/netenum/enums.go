package netenum

// ADLACPActive says whether a bond sends LACP packets of its own accord.
type ADLACPActive uint32

// Values of ADLACPActive.
const (
	ADLACPActiveOff ADLACPActive = 0
	ADLACPActiveOn  ADLACPActive = 1
)

var aDLACPActiveNames = []Name[ADLACPActive]{
	{Value: ADLACPActiveOff, Text: "off"},
	{Value: ADLACPActiveOn, Text: "on"},
}

func (v ADLACPActive) String() string { return EnumString(aDLACPActiveNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ADLACPActive) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ADLACPActive) UnmarshalText(text []byte) error {
	return ParseEnum(aDLACPActiveNames, "ADLACPActive", string(text), v)
}

// ADSelect is how a bond in 802.3ad mode chooses its aggregator.
type ADSelect uint32

// Values of ADSelect.
const (
	ADSelectStable    ADSelect = 0
	ADSelectBandwidth ADSelect = 1
	ADSelectCount     ADSelect = 2
)

var aDSelectNames = []Name[ADSelect]{
	{Value: ADSelectStable, Text: "stable"},
	{Value: ADSelectBandwidth, Text: "bandwidth"},
	{Value: ADSelectCount, Text: "count"},
}

func (v ADSelect) String() string { return EnumString(aDSelectNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ADSelect) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ADSelect) UnmarshalText(text []byte) error {
	return ParseEnum(aDSelectNames, "ADSelect", string(text), v)
}

// ARPAllTargets is how many ARP targets have to answer.
type ARPAllTargets uint32

// Values of ARPAllTargets.
const (
	ARPAllTargetsAny ARPAllTargets = 0
	ARPAllTargetsAll ARPAllTargets = 1
)

var aRPAllTargetsNames = []Name[ARPAllTargets]{
	{Value: ARPAllTargetsAny, Text: "any"},
	{Value: ARPAllTargetsAll, Text: "all"},
}

func (v ARPAllTargets) String() string { return EnumString(aRPAllTargetsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ARPAllTargets) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ARPAllTargets) UnmarshalText(text []byte) error {
	return ParseEnum(aRPAllTargetsNames, "ARPAllTargets", string(text), v)
}

// ARPValidate is which members of a bond have their ARP probes checked.
type ARPValidate uint32

// Values of ARPValidate.
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
	{Value: ARPValidateNone, Text: "none"},
	{Value: ARPValidateActive, Text: "active"},
	{Value: ARPValidateBackup, Text: "backup"},
	{Value: ARPValidateAll, Text: "all"},
	{Value: ARPValidateFilter, Text: "filter"},
	{Value: ARPValidateFilterActive, Text: "filter-active"},
	{Value: ARPValidateFilterBackup, Text: "filter-backup"},
}

func (v ARPValidate) String() string { return EnumString(aRPValidateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ARPValidate) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ARPValidate) UnmarshalText(text []byte) error {
	return ParseEnum(aRPValidateNames, "ARPValidate", string(text), v)
}

// AddressFlags are the kernel's IFA_F_ flags of an address.
type AddressFlags uint32

// Values of AddressFlags.
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
	{Value: AddressFlagTemporary, Text: "temporary"},
	{Value: AddressFlagNodad, Text: "nodad"},
	{Value: AddressFlagOptimistic, Text: "optimistic"},
	{Value: AddressFlagDadfailed, Text: "dadfailed"},
	{Value: AddressFlagHomeaddress, Text: "homeaddress"},
	{Value: AddressFlagDeprecated, Text: "deprecated"},
	{Value: AddressFlagTentative, Text: "tentative"},
	{Value: AddressFlagPermanent, Text: "permanent"},
	{Value: AddressFlagMngmtmpaddr, Text: "mngmtmpaddr"},
	{Value: AddressFlagNoprefixroute, Text: "noprefixroute"},
	{Value: AddressFlagMcautojoin, Text: "mcautojoin"},
	{Value: AddressFlagStableprivacy, Text: "stableprivacy"},
}

func (v AddressFlags) String() string { return MaskString(addressFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v AddressFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *AddressFlags) UnmarshalText(text []byte) error {
	return ParseMask(addressFlagsNames, "AddressFlags", string(text), v)
}

// AddressSortAlgorithm is an order of addresses.
type AddressSortAlgorithm uint32

// Values of AddressSortAlgorithm.
const (
	AddressSortAlgorithmV1 AddressSortAlgorithm = 0
	AddressSortAlgorithmV2 AddressSortAlgorithm = 1
)

var addressSortAlgorithmNames = []Name[AddressSortAlgorithm]{
	{Value: AddressSortAlgorithmV1, Text: "v1"},
	{Value: AddressSortAlgorithmV2, Text: "v2"},
}

func (v AddressSortAlgorithm) String() string { return EnumString(addressSortAlgorithmNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v AddressSortAlgorithm) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *AddressSortAlgorithm) UnmarshalText(text []byte) error {
	return ParseEnum(addressSortAlgorithmNames, "AddressSortAlgorithm", string(text), v)
}

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

// BondMode is how a bond uses its members.
type BondMode uint32

// Values of BondMode.
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
	{Value: BondModeBalanceRr, Text: "balance-rr"},
	{Value: BondModeActiveBackup, Text: "active-backup"},
	{Value: BondModeBalanceXor, Text: "balance-xor"},
	{Value: BondModeBroadcast, Text: "broadcast"},
	{Value: BondMode8023ad, Text: "802.3ad"},
	{Value: BondModeBalanceTlb, Text: "balance-tlb"},
	{Value: BondModeBalanceAlb, Text: "balance-alb"},
}

func (v BondMode) String() string { return EnumString(bondModeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BondMode) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BondMode) UnmarshalText(text []byte) error {
	return ParseEnum(bondModeNames, "BondMode", string(text), v)
}

// BondXmitHashPolicy is what a bond chooses the member for a packet by.
type BondXmitHashPolicy uint32

// Values of BondXmitHashPolicy.
const (
	BondXmitHashPolicyLayer2  BondXmitHashPolicy = 0
	BondXmitHashPolicyLayer34 BondXmitHashPolicy = 1
	BondXmitHashPolicyLayer23 BondXmitHashPolicy = 2
	BondXmitHashPolicyEncap23 BondXmitHashPolicy = 3
	BondXmitHashPolicyEncap34 BondXmitHashPolicy = 4
)

var bondXmitHashPolicyNames = []Name[BondXmitHashPolicy]{
	{Value: BondXmitHashPolicyLayer2, Text: "layer2"},
	{Value: BondXmitHashPolicyLayer34, Text: "layer3+4"},
	{Value: BondXmitHashPolicyLayer23, Text: "layer2+3"},
	{Value: BondXmitHashPolicyEncap23, Text: "encap2+3"},
	{Value: BondXmitHashPolicyEncap34, Text: "encap3+4"},
}

func (v BondXmitHashPolicy) String() string { return EnumString(bondXmitHashPolicyNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v BondXmitHashPolicy) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *BondXmitHashPolicy) UnmarshalText(text []byte) error {
	return ParseEnum(bondXmitHashPolicyNames, "BondXmitHashPolicy", string(text), v)
}

// ClientIdentifier is how a DHCP client names itself.
type ClientIdentifier uint32

// Values of ClientIdentifier.
const (
	ClientIdentifierNone ClientIdentifier = 0
	ClientIdentifierMac  ClientIdentifier = 1
	ClientIdentifierDuid ClientIdentifier = 2
)

var clientIdentifierNames = []Name[ClientIdentifier]{
	{Value: ClientIdentifierNone, Text: "none"},
	{Value: ClientIdentifierMac, Text: "mac"},
	{Value: ClientIdentifierDuid, Text: "duid"},
}

func (v ClientIdentifier) String() string { return EnumString(clientIdentifierNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ClientIdentifier) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ClientIdentifier) UnmarshalText(text []byte) error {
	return ParseEnum(clientIdentifierNames, "ClientIdentifier", string(text), v)
}

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

// DNSProtocol is how a name server is asked.
type DNSProtocol uint32

// Values of DNSProtocol.
const (
	DNSProtocolDo53 DNSProtocol = 0
	DNSProtocolDoT  DNSProtocol = 1
	DNSProtocolDoH  DNSProtocol = 2
)

var dNSProtocolNames = []Name[DNSProtocol]{
	{Value: DNSProtocolDo53, Text: "Do53"},
	{Value: DNSProtocolDoT, Text: "DoT"},
	{Value: DNSProtocolDoH, Text: "DoH"},
}

func (v DNSProtocol) String() string { return EnumString(dNSProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v DNSProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *DNSProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(dNSProtocolNames, "DNSProtocol", string(text), v)
}

// Duplex is ethtool's duplex of a link.
type Duplex uint32

// Values of Duplex.
const (
	DuplexHalf    Duplex = 0
	DuplexFull    Duplex = 1
	DuplexUnknown Duplex = 255
)

var duplexNames = []Name[Duplex]{
	{Value: DuplexHalf, Text: "Half"},
	{Value: DuplexFull, Text: "Full"},
	{Value: DuplexUnknown, Text: "Unknown"},
}

func (v Duplex) String() string { return EnumString(duplexNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Duplex) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Duplex) UnmarshalText(text []byte) error {
	return ParseEnum(duplexNames, "Duplex", string(text), v)
}

// FailOverMAC is what happens to hardware addresses when a bond changes its active member.
type FailOverMAC uint32

// Values of FailOverMAC.
const (
	FailOverMACNone   FailOverMAC = 0
	FailOverMACActive FailOverMAC = 1
	FailOverMACFollow FailOverMAC = 2
)

var failOverMACNames = []Name[FailOverMAC]{
	{Value: FailOverMACNone, Text: "none"},
	{Value: FailOverMACActive, Text: "active"},
	{Value: FailOverMACFollow, Text: "follow"},
}

func (v FailOverMAC) String() string { return EnumString(failOverMACNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FailOverMAC) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FailOverMAC) UnmarshalText(text []byte) error {
	return ParseEnum(failOverMACNames, "FailOverMAC", string(text), v)
}

// Family is an address family, with Linux' numbers.
type Family uint32

// Values of Family.
const (
	FamilyInet4 Family = 2
	FamilyInet6 Family = 10
)

var familyNames = []Name[Family]{
	{Value: FamilyInet4, Text: "inet4"},
	{Value: FamilyInet6, Text: "inet6"},
}

func (v Family) String() string { return EnumString(familyNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Family) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Family) UnmarshalText(text []byte) error {
	return ParseEnum(familyNames, "Family", string(text), v)
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

// LACPRate is how often a bond asks its partner for LACP packets.
type LACPRate uint32

// Values of LACPRate.
const (
	LACPRateSlow LACPRate = 0
	LACPRateFast LACPRate = 1
)

var lACPRateNames = []Name[LACPRate]{
	{Value: LACPRateSlow, Text: "slow"},
	{Value: LACPRateFast, Text: "fast"},
}

func (v LACPRate) String() string { return EnumString(lACPRateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LACPRate) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LACPRate) UnmarshalText(text []byte) error {
	return ParseEnum(lACPRateNames, "LACPRate", string(text), v)
}

// LinkFlags are the kernel's IFF_ flags of a link.
type LinkFlags uint32

// Values of LinkFlags.
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
	{Value: LinkFlagUP, Text: "UP"},
	{Value: LinkFlagBROADCAST, Text: "BROADCAST"},
	{Value: LinkFlagDEBUG, Text: "DEBUG"},
	{Value: LinkFlagLOOPBACK, Text: "LOOPBACK"},
	{Value: LinkFlagPOINTTOPOINT, Text: "POINTTOPOINT"},
	{Value: LinkFlagNOTRAILERS, Text: "NOTRAILERS"},
	{Value: LinkFlagRUNNING, Text: "RUNNING"},
	{Value: LinkFlagNOARP, Text: "NOARP"},
	{Value: LinkFlagPROMISC, Text: "PROMISC"},
	{Value: LinkFlagALLMULTI, Text: "ALLMULTI"},
	{Value: LinkFlagMASTER, Text: "MASTER"},
	{Value: LinkFlagSLAVE, Text: "SLAVE"},
	{Value: LinkFlagMULTICAST, Text: "MULTICAST"},
	{Value: LinkFlagPORTSEL, Text: "PORTSEL"},
	{Value: LinkFlagAUTOMEDIA, Text: "AUTOMEDIA"},
	{Value: LinkFlagDYNAMIC, Text: "DYNAMIC"},
	{Value: LinkFlagLOWERUP, Text: "LOWER_UP"},
	{Value: LinkFlagDORMANT, Text: "DORMANT"},
	{Value: LinkFlagECHO, Text: "ECHO"},
}

func (v LinkFlags) String() string { return MaskString(linkFlagsNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LinkFlags) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LinkFlags) UnmarshalText(text []byte) error {
	return ParseMask(linkFlagsNames, "LinkFlags", string(text), v)
}

// LinkType is the kernel's ARPHRD_ type of a link.
type LinkType uint32

// Values of LinkType.
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
	{Value: LinkTypeNetrom, Text: "netrom"},
	{Value: LinkTypeEther, Text: "ether"},
	{Value: LinkTypeEether, Text: "eether"},
	{Value: LinkTypeAx25, Text: "ax25"},
	{Value: LinkTypePronet, Text: "pronet"},
	{Value: LinkTypeChaos, Text: "chaos"},
	{Value: LinkTypeIeee802, Text: "ieee802"},
	{Value: LinkTypeArcnet, Text: "arcnet"},
	{Value: LinkTypeAtalk, Text: "atalk"},
	{Value: LinkTypeDlci, Text: "dlci"},
	{Value: LinkTypeAtm, Text: "atm"},
	{Value: LinkTypeMetricom, Text: "metricom"},
	{Value: LinkTypeIeee1394, Text: "ieee1394"},
	{Value: LinkTypeEui64, Text: "eui64"},
	{Value: LinkTypeInfiniband, Text: "infiniband"},
	{Value: LinkTypeSlip, Text: "slip"},
	{Value: LinkTypeCslip, Text: "cslip"},
	{Value: LinkTypeSlip6, Text: "slip6"},
	{Value: LinkTypeCslip6, Text: "cslip6"},
	{Value: LinkTypeRsrvd, Text: "rsrvd"},
	{Value: LinkTypeAdapt, Text: "adapt"},
	{Value: LinkTypeRose, Text: "rose"},
	{Value: LinkTypeX25, Text: "x25"},
	{Value: LinkTypeHwx25, Text: "hwx25"},
	{Value: LinkTypeCan, Text: "can"},
	{Value: LinkTypePpp, Text: "ppp"},
	{Value: LinkTypeCisco, Text: "cisco"},
	{Value: LinkTypeHdlc, Text: "hdlc"},
	{Value: LinkTypeLapb, Text: "lapb"},
	{Value: LinkTypeDdcmp, Text: "ddcmp"},
	{Value: LinkTypeRawhdlc, Text: "rawhdlc"},
	{Value: LinkTypeIpip, Text: "ipip"},
	{Value: LinkTypeTunnel6, Text: "tunnel6"},
	{Value: LinkTypeFrad, Text: "frad"},
	{Value: LinkTypeSkip, Text: "skip"},
	{Value: LinkTypeLoopback, Text: "loopback"},
	{Value: LinkTypeLocaltlk, Text: "localtlk"},
	{Value: LinkTypeFddi, Text: "fddi"},
	{Value: LinkTypeBif, Text: "bif"},
	{Value: LinkTypeSit, Text: "sit"},
	{Value: LinkTypeIpDdp, Text: "ip/ddp"},
	{Value: LinkTypeGre, Text: "gre"},
	{Value: LinkTypePimreg, Text: "pimreg"},
	{Value: LinkTypeHippi, Text: "hippi"},
	{Value: LinkTypeAsh, Text: "ash"},
	{Value: LinkTypeEconet, Text: "econet"},
	{Value: LinkTypeIrda, Text: "irda"},
	{Value: LinkTypeFcpp, Text: "fcpp"},
	{Value: LinkTypeFcal, Text: "fcal"},
	{Value: LinkTypeFcpl, Text: "fcpl"},
	{Value: LinkTypeFcfb0, Text: "fcfb_0"},
	{Value: LinkTypeFcfb1, Text: "fcfb_1"},
	{Value: LinkTypeFcfb2, Text: "fcfb_2"},
	{Value: LinkTypeFcfb3, Text: "fcfb_3"},
	{Value: LinkTypeFcfb4, Text: "fcfb_4"},
	{Value: LinkTypeFcfb5, Text: "fcfb_5"},
	{Value: LinkTypeFcfb6, Text: "fcfb_6"},
	{Value: LinkTypeFcfb7, Text: "fcfb_7"},
	{Value: LinkTypeFcfb8, Text: "fcfb_8"},
	{Value: LinkTypeFcfb9, Text: "fcfb_9"},
	{Value: LinkTypeFcfb10, Text: "fcfb_10"},
	{Value: LinkTypeFcfb11, Text: "fcfb_11"},
	{Value: LinkTypeFcfb12, Text: "fcfb_12"},
	{Value: LinkTypeTr, Text: "tr"},
	{Value: LinkTypeIeee80211, Text: "ieee802.11"},
	{Value: LinkTypeIeee80211Prism, Text: "ieee802.11_prism"},
	{Value: LinkTypeIeee80211Radiotap, Text: "ieee802.11_radiotap"},
	{Value: LinkTypeIeee802154, Text: "ieee802.15.4"},
	{Value: LinkTypeIeee802154Monitor, Text: "ieee802.15.4_monitor"},
	{Value: LinkTypePhonet, Text: "phonet"},
	{Value: LinkTypePhonetPipe, Text: "phonet_pipe"},
	{Value: LinkTypeCaif, Text: "caif"},
	{Value: LinkTypeIp6gre, Text: "ip6gre"},
	{Value: LinkTypeNetlink, Text: "netlink"},
	{Value: LinkType6lowpan, Text: "6lowpan"},
	{Value: LinkTypeVoid, Text: "void"},
	{Value: LinkTypeNohdr, Text: "nohdr"},
}

func (v LinkType) String() string { return EnumString(linkTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v LinkType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *LinkType) UnmarshalText(text []byte) error {
	return ParseEnum(linkTypeNames, "LinkType", string(text), v)
}

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

// OperationalState is the kernel's IF_OPER_ state of a link (RFC 2863).
type OperationalState uint32

// Values of OperationalState.
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
	{Value: OperationalStateUnknown, Text: "unknown"},
	{Value: OperationalStateNotPresent, Text: "notPresent"},
	{Value: OperationalStateDown, Text: "down"},
	{Value: OperationalStateLowerLayerDown, Text: "lowerLayerDown"},
	{Value: OperationalStateTesting, Text: "testing"},
	{Value: OperationalStateDormant, Text: "dormant"},
	{Value: OperationalStateUp, Text: "up"},
}

func (v OperationalState) String() string { return EnumString(operationalStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v OperationalState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *OperationalState) UnmarshalText(text []byte) error {
	return ParseEnum(operationalStateNames, "OperationalState", string(text), v)
}

// Port is ethtool's type of connector.
type Port uint32

// Values of Port.
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
	{Value: PortTwistedPair, Text: "TwistedPair"},
	{Value: PortAUI, Text: "AUI"},
	{Value: PortMII, Text: "MII"},
	{Value: PortFibre, Text: ""},
	{Value: PortBNC, Text: "BNC"},
	{Value: PortDirectAttach, Text: "DirectAttach"},
	{Value: PortNone, Text: "None"},
	{Value: PortOther, Text: "Other"},
}

func (v Port) String() string { return EnumString(portNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Port) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Port) UnmarshalText(text []byte) error {
	return ParseEnum(portNames, "Port", string(text), v)
}

// PrimaryReselect is when a bond goes back to its primary member.
type PrimaryReselect uint32

// Values of PrimaryReselect.
const (
	PrimaryReselectAlways  PrimaryReselect = 0
	PrimaryReselectBetter  PrimaryReselect = 1
	PrimaryReselectFailure PrimaryReselect = 2
)

var primaryReselectNames = []Name[PrimaryReselect]{
	{Value: PrimaryReselectAlways, Text: "always"},
	{Value: PrimaryReselectBetter, Text: "better"},
	{Value: PrimaryReselectFailure, Text: "failure"},
}

func (v PrimaryReselect) String() string { return EnumString(primaryReselectNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v PrimaryReselect) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *PrimaryReselect) UnmarshalText(text []byte) error {
	return ParseEnum(primaryReselectNames, "PrimaryReselect", string(text), v)
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

// Scope is how far an address or route reaches. Lower numbers reach farther.
type Scope uint32

// Values of Scope.
const (
	ScopeGlobal  Scope = 0
	ScopeSite    Scope = 200
	ScopeLink    Scope = 253
	ScopeHost    Scope = 254
	ScopeNowhere Scope = 255
)

var scopeNames = []Name[Scope]{
	{Value: ScopeGlobal, Text: "global"},
	{Value: ScopeSite, Text: "site"},
	{Value: ScopeLink, Text: "link"},
	{Value: ScopeHost, Text: "host"},
	{Value: ScopeNowhere, Text: "nowhere"},
}

func (v Scope) String() string { return EnumString(scopeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Scope) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Scope) UnmarshalText(text []byte) error {
	return ParseEnum(scopeNames, "Scope", string(text), v)
}

// VLANProtocol is the EtherType of VLAN tags.
type VLANProtocol uint32

// Values of VLANProtocol.
const (
	VLANProtocol8021q  VLANProtocol = 33024
	VLANProtocol8021ad VLANProtocol = 34984
)

var vLANProtocolNames = []Name[VLANProtocol]{
	{Value: VLANProtocol8021q, Text: "802.1q"},
	{Value: VLANProtocol8021ad, Text: "802.1ad"},
}

func (v VLANProtocol) String() string { return EnumString(vLANProtocolNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VLANProtocol) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VLANProtocol) UnmarshalText(text []byte) error {
	return ParseEnum(vLANProtocolNames, "VLANProtocol", string(text), v)
}

// WOLMode is ethtool's flag of a way to wake a machine.
type WOLMode uint32

// Values of WOLMode.
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
	{Value: WOLModePhy, Text: "phy"},
	{Value: WOLModeUnicast, Text: "unicast"},
	{Value: WOLModeMulticast, Text: "multicast"},
	{Value: WOLModeBroadcast, Text: "broadcast"},
	{Value: WOLModeMagic, Text: "magic"},
	{Value: WOLModeMagicsecure, Text: "magicsecure"},
	{Value: WOLModeFilter, Text: "filter"},
}

func (v WOLMode) String() string { return EnumString(wOLModeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v WOLMode) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *WOLMode) UnmarshalText(text []byte) error {
	return ParseEnum(wOLModeNames, "WOLMode", string(text), v)
}
