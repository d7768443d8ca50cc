package netenum

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
