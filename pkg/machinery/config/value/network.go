package value

import (
	"fmt"
	"strconv"
	"strings"
)

// PortRange is a range of ports, both ends included: 80 or "8000-8010".
type PortRange struct {
	Lo, Hi uint16
}

// UnmarshalText reads one port or two with a dash between.
func (r *PortRange) UnmarshalText(b []byte) error {
	lo, hi, ok := strings.Cut(string(b), "-")
	if !ok {
		hi = lo
	}

	l, err := strconv.ParseUint(strings.TrimSpace(lo), 10, 16)
	if err == nil {
		var h uint64

		h, err = strconv.ParseUint(strings.TrimSpace(hi), 10, 16)
		*r = PortRange{Lo: uint16(l), Hi: uint16(h)}
	}

	if err != nil || r.Lo > r.Hi {
		return fmt.Errorf("not a port or a range of ports, like 443 or 8000-8010")
	}

	return nil
}

// MarshalText writes the shorter form for a single port.
func (r PortRange) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// String is the text form.
func (r PortRange) String() string {
	if r.Lo == r.Hi {
		return strconv.Itoa(int(r.Lo))
	}

	return fmt.Sprintf("%d-%d", r.Lo, r.Hi)
}

// YAMLNumber marks a single port as a number, to be written without quotes.
func (r PortRange) YAMLNumber() bool { return r.Lo == r.Hi }

// RoutingTable is the number of a kernel routing table. Zero is unset, which
// the kernel takes as main.
type RoutingTable uint32

// The named tables of rtnetlink(7).
const (
	TableDefault RoutingTable = 253
	TableMain    RoutingTable = 254
	TableLocal   RoutingTable = 255
)

// UnmarshalText reads a name or a number up to 255.
func (t *RoutingTable) UnmarshalText(b []byte) error {
	switch s := string(b); s {
	case "", "unspec":
		*t = 0
	case "default":
		*t = TableDefault
	case "main":
		*t = TableMain
	case "local":
		*t = TableLocal
	default:
		n, err := strconv.ParseUint(s, 10, 8)
		if err != nil {
			return fmt.Errorf("not a routing table: a number from 1 to 252, or one of default, main, local")
		}

		*t = RoutingTable(n)
	}

	return nil
}

// MarshalText writes the name, where there is one.
func (t RoutingTable) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// String is the name or the number.
func (t RoutingTable) String() string {
	switch t {
	case 0:
		return "unspec"
	case TableDefault:
		return "default"
	case TableMain:
		return "main"
	case TableLocal:
		return "local"
	}

	return strconv.FormatUint(uint64(t), 10)
}

// YAMLNumber marks a table without name as a number, to be written without quotes.
func (t RoutingTable) YAMLNumber() bool { return t != 0 && (t < TableDefault || t > TableLocal) }
