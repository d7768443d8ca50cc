package expression

import (
	"net"
	"path"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// sizes are units as multiples of a byte, and what disks have besides their fields.
func sizes() []cel.EnvOption {
	options := []cel.EnvOption{cel.Variable("system_disk", cel.BoolType)}

	unit := uint64(1)
	for _, prefix := range []string{"k", "M", "G", "T", "P", "E"} {
		unit *= 1000
		options = append(options, cel.Constant(prefix+"B", cel.UintType, types.Uint(unit)))
	}

	unit = 1
	for _, prefix := range []string{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"} {
		unit *= 1024
		options = append(options, cel.Constant(prefix+"B", cel.UintType, types.Uint(unit)))
	}

	return options
}

// addresses are functions for links: mac(bytes) writes an address, glob(pattern, text)
// compares a text with a shell pattern.
func addresses() []cel.EnvOption {
	return []cel.EnvOption{
		cel.Function("mac", cel.Overload("mac_bytes", []*cel.Type{cel.BytesType}, cel.StringType, cel.UnaryBinding(macText))),
		cel.Function("glob", cel.Overload("glob_string_string", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(glob))),
	}
}

func macText(v ref.Val) ref.Val {
	b, ok := v.Value().([]byte)
	if !ok {
		return types.NewErr("mac takes an address")
	}

	return types.String(net.HardwareAddr(b).String())
}

func glob(pattern, text ref.Val) ref.Val {
	p, ok1 := pattern.Value().(string)
	s, ok2 := text.Value().(string)

	if !ok1 || !ok2 {
		return types.NewErr("glob takes a pattern and a text")
	}

	ok, err := path.Match(p, s)
	if err != nil {
		return types.NewErr("glob %q: %v", p, err)
	}

	return types.Bool(ok)
}
