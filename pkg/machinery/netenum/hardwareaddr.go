package netenum

import "net"

// HardwareAddr is a link layer address, colon-separated hex as text.
type HardwareAddr []byte

// String is the colon-separated hex form.
func (a HardwareAddr) String() string { return net.HardwareAddr(a).String() }

// MarshalText implements encoding.TextMarshaler.
func (a HardwareAddr) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *HardwareAddr) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = nil

		return nil
	}

	hw, err := net.ParseMAC(string(text))
	*a = HardwareAddr(hw)

	return err
}
