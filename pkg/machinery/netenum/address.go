package netenum

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
