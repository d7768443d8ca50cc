// Package machine names what a machine is in its cluster.
package machine

import "fmt"

// Type is the role of a machine. The numbers travel on the wire.
type Type uint32

// The known types. TypeInit is a historical control plane node that bootstraps
// itself; new configs never say it.
const (
	TypeUnknown      Type = 0
	TypeInit         Type = 1
	TypeControlPlane Type = 2
	TypeWorker       Type = 3
)

var texts = [...]string{"unknown", "init", "controlplane", "worker"}

// String is the text used in configs.
func (t Type) String() string {
	if int(t) < len(texts) {
		return texts[t]
	}

	return fmt.Sprintf("unknown(%d)", uint32(t))
}

// IsControlPlane tells whether the machine runs etcd and the Kubernetes control plane.
func (t Type) IsControlPlane() bool { return t == TypeInit || t == TypeControlPlane }

// MarshalText implements encoding.TextMarshaler.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Type) UnmarshalText(text []byte) error {
	v, err := ParseType(string(text))
	if err == nil {
		*t = v
	}

	return err
}

// ParseType parses the text used in configs. "join" is the historical spelling
// of "worker".
func ParseType(text string) (Type, error) {
	if text == "join" {
		return TypeWorker, nil
	}

	for i, s := range texts {
		if s == text {
			return Type(i), nil
		}
	}

	return TypeUnknown, fmt.Errorf("%q is not a machine type; one of \"controlplane\", \"worker\"", text)
}
