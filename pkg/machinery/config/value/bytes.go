package value

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"net"
	"strconv"
)

// HardwareAddr is a link-layer address written as colon-separated hex of any length.
type HardwareAddr []byte

// String is the colon-separated form.
func (h HardwareAddr) String() string { return net.HardwareAddr(h).String() }

// UnmarshalText reads pairs of hex digits between colons.
func (h *HardwareAddr) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*h = nil

		return nil
	}

	if len(b)%3 != 2 {
		return fmt.Errorf("not a hardware address, like 52:54:00:12:34:56")
	}

	out := make([]byte, 0, len(b)/3+1)

	for i := 0; i < len(b); i += 3 {
		v, err := strconv.ParseUint(string(b[i:i+2]), 16, 8)
		if err != nil || (i+2 < len(b) && b[i+2] != ':' && b[i+2] != '-') {
			return fmt.Errorf("not a hardware address, like 52:54:00:12:34:56")
		}

		out = append(out, byte(v))
	}

	*h = out

	return nil
}

// MarshalText writes the colon-separated form.
func (h HardwareAddr) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// Base64 is bytes written in standard base64.
type Base64 []byte

// UnmarshalText decodes base64.
func (v *Base64) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*v = nil

		return nil
	}

	out, err := base64.StdEncoding.DecodeString(string(b))
	if err != nil {
		return fmt.Errorf("not base64: %w", err)
	}

	*v = out

	return nil
}

// MarshalText encodes base64.
func (v Base64) MarshalText() ([]byte, error) {
	return []byte(base64.StdEncoding.EncodeToString(v)), nil
}

// FileMode is the permission bits of a file, written in octal as 0o644.
type FileMode fs.FileMode

// UnmarshalText reads 0o644, 0644 or a decimal number.
func (m *FileMode) UnmarshalText(b []byte) error {
	v, err := strconv.ParseUint(string(b), 0, 32)
	if err != nil {
		return fmt.Errorf("not a file mode, like 0o644")
	}

	*m = FileMode(v)

	return nil
}

// MarshalText writes octal with the 0o prefix.
func (m FileMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// String is the octal form.
func (m FileMode) String() string { return "0o" + strconv.FormatUint(uint64(m), 8) }

// YAMLNumber marks the text form as a number, to be written without quotes.
func (m FileMode) YAMLNumber() bool { return true }

// Expression is a CEL expression; the package expression compiles it.
type Expression string
