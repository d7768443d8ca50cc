package resource

import (
	"encoding/base64"
	"fmt"
	"unicode/utf8"
)

// StringBytes are bytes that YAML shows as text when they are valid UTF-8.
type StringBytes []byte

// MarshalYAML implements the YAML libraries' marshaler.
func (b StringBytes) MarshalYAML() (any, error) {
	if utf8.Valid(b) {
		return string(b), nil
	}

	return []byte(b), nil
}

// Base64Bytes are bytes that YAML shows as standard base64.
type Base64Bytes []byte

// MarshalYAML implements the YAML libraries' marshaler.
func (b Base64Bytes) MarshalYAML() (any, error) {
	return base64.StdEncoding.EncodeToString(b), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Base64Bytes) UnmarshalText(text []byte) error {
	out, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("decode base64: %w", err)
	}

	*b = out

	return nil
}
