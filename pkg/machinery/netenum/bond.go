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
