package tree

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

func (d *Decoder) scalar(n *yaml.Node, v reflect.Value, f *Field, p *Path) {
	if n.Kind != yaml.ScalarNode {
		d.wrongKind(n, p, scalarName(v.Type()))

		return
	}

	if v.Type() == durationType {
		dur, err := time.ParseDuration(n.Value)
		if err != nil {
			d.Report(n, p, "", "expected a duration like 30s or 1h30m, found %s", quote(n, f))
		}

		v.SetInt(int64(dur))

		return
	}

	if v.CanAddr() && traitsOf(v.Type()).text {
		if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
			d.Report(n, p, "", "%s: %s", quote(n, f), plain(v.Type(), err))
		}

		return
	}

	switch v.Kind() {
	case reflect.String:
		s := n.Value
		if f != nil && f.TrimLeft {
			s = strings.TrimLeft(s, "\t\n")
		}

		if f != nil && f.Older[s] != "" {
			d.Warnings = append(d.Warnings, Problem{
				Path: p.String(), Line: n.Line, Column: n.Column,
				Message: strconv.Quote(s) + " is an older spelling", Hint: "write " + f.Older[s],
			})
			s = f.Older[s]
		}

		v.SetString(s)
		d.enum(n, s, f, p)
	case reflect.Bool:
		b, ok := Bool(n)
		if !ok {
			d.Report(n, p, "", "expected true or false, found %s", quote(n, f))
		}

		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(number(n), 0, v.Type().Bits())
		if err != nil {
			d.Report(n, p, "", "expected %s, found %s", scalarName(v.Type()), quote(n, f))
		}

		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		i, err := strconv.ParseUint(number(n), 0, v.Type().Bits())
		if err != nil {
			d.Report(n, p, "", "expected %s, found %s", scalarName(v.Type()), quote(n, f))
		}

		v.SetUint(i)
	default:
		panic("config declares a scalar of type " + v.Type().String())
	}
}

func (d *Decoder) enum(n *yaml.Node, s string, f *Field, p *Path) {
	if f == nil || f.Enum == nil || s == "" || slices.Contains(f.Enum, s) {
		return
	}

	hint := "use one of " + strings.Join(f.Enum, ", ")
	if near := Nearest(s, f.Enum); near != "" {
		hint = "did you mean " + strconv.Quote(near) + "?"
	}

	d.Report(n, p, hint, "%q is not a known value", short(s))
}

// number is the text of an unquoted number, or nothing that parses as one.
func number(n *yaml.Node) string {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return "quoted"
	}

	return n.Value
}

// Bool accepts the spellings of YAML 1.1 too: configs written for older
// parsers have them.
func Bool(n *yaml.Node) (bool, bool) {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return false, false
	}

	switch strings.ToLower(n.Value) {
	case "true", "yes", "on", "y":
		return true, true
	case "false", "no", "off", "n":
		return false, true
	}

	return false, false
}

func scalarName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint8:
		return "a number from 0 to 255"
	case reflect.Uint16:
		return "a number from 0 to 65535"
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		return "a number that is not negative"
	}

	return "a single value"
}

// plain rewords the errors of standard library types, which name Go functions.
func plain(t reflect.Type, err error) string {
	switch t.String() {
	case "netip.Addr":
		return "not an IP address, like 10.0.0.1 or fd00::1"
	case "netip.Prefix":
		return "not a network in CIDR form, like 10.0.0.0/24"
	case "netip.AddrPort":
		return "not an address with a port, like 10.0.0.1:51820"
	}

	return err.Error()
}

func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}

	return s
}
