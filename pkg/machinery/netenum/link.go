package netenum

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
