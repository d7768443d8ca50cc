package value

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ByteSize is an amount of bytes as a person writes it: 10GiB, 512MB, 4096. A
// leading minus makes it negative. The text is kept, so that writing it back
// changes nothing.
type ByteSize struct {
	text  string
	bytes int64
}

// Bytes makes a size that is written as the shortest exact text.
func Bytes(n int64) ByteSize { return ByteSize{text: formatBytes(n), bytes: n} }

// Value is the number of bytes, negative for a leading minus.
func (s ByteSize) Value() int64 { return s.bytes }

// Unsigned is the number of bytes, zero when negative.
func (s ByteSize) Unsigned() uint64 { return uint64(max(s.bytes, 0)) }

// IsZero reports whether no size is set.
func (s ByteSize) IsZero() bool { return s.text == "" }

// String is the text as written.
func (s ByteSize) String() string { return s.text }

// MarshalText writes the text as read.
func (s ByteSize) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// UnmarshalText reads a size with an SI (kB, MB) or IEC (KiB, MiB) unit.
func (s *ByteSize) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*s = ByteSize{}

		return nil
	}

	n, err := parseBytes(string(b))
	if err != nil {
		return err
	}

	*s = ByteSize{text: string(b), bytes: n}

	return nil
}

// Size is either an amount of bytes or a percentage of the whole.
type Size struct {
	text    string
	bytes   int64
	percent float64
	rel     bool
}

// IsZero reports whether no size is set.
func (s Size) IsZero() bool { return s.text == "" }

// IsRelative reports whether the size is a percentage.
func (s Size) IsRelative() bool { return s.rel }

// Of is the size in bytes when the whole has total bytes. A negative size is
// what to leave free: it is taken from total.
func (s Size) Of(total uint64) uint64 {
	v := float64(s.bytes)
	if s.rel {
		v = float64(total) * s.percent / 100
	}

	if v < 0 {
		v += float64(total)
	}

	return uint64(max(v, 0))
}

// String is the text as written.
func (s Size) String() string { return s.text }

// MarshalText writes the text as read.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// UnmarshalText reads a size like 10GiB or a share like 50%.
func (s *Size) UnmarshalText(b []byte) error {
	t := string(b)
	if t == "" {
		*s = Size{}

		return nil
	}

	if p, ok := strings.CutSuffix(t, "%"); ok {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || math.Abs(v) > 100 || math.IsNaN(v) {
			return fmt.Errorf("not a percentage between 0%% and 100%%")
		}

		*s = Size{text: t, percent: v, rel: true}

		return nil
	}

	n, err := parseBytes(t)
	if err != nil {
		return err
	}

	*s = Size{text: t, bytes: n}

	return nil
}

// DiskSize is a partition size: a number of bytes or a text with a unit.
type DiskSize uint64

// UnmarshalText reads a size that is not negative.
func (s *DiskSize) UnmarshalText(b []byte) error {
	n, err := parseBytes(string(b))
	if err != nil {
		return err
	}

	if n < 0 {
		return fmt.Errorf("a partition size cannot be negative")
	}

	*s = DiskSize(n)

	return nil
}

// MarshalText writes an SI unit when that loses nothing.
func (s DiskSize) MarshalText() ([]byte, error) { return []byte(formatBytes(int64(s))), nil }

// YAMLNumber marks a text without unit as a number, to be written without quotes.
func (s DiskSize) YAMLNumber() bool { return true }

// SizeMatcher compares a disk's size: an operator (==, <, <=, >, >=) and a size.
// Without an operator it means equal.
type SizeMatcher struct {
	text  string
	op    string
	bytes uint64
}

// IsZero reports whether nothing is compared.
func (m SizeMatcher) IsZero() bool { return m.text == "" }

// String is the text as written.
func (m SizeMatcher) String() string { return m.text }

// Matches compares a size in bytes.
func (m SizeMatcher) Matches(size uint64) bool {
	switch m.op {
	case "<":
		return size < m.bytes
	case "<=":
		return size <= m.bytes
	case ">":
		return size > m.bytes
	case ">=":
		return size >= m.bytes
	}

	return size == m.bytes
}

// Expr is the comparison as a CEL expression on disk.size.
func (m SizeMatcher) Expr() string {
	op := m.op
	if op == "" {
		op = "=="
	}

	return fmt.Sprintf("disk.size %s %du", op, m.bytes)
}

// MarshalText writes the text as read.
func (m SizeMatcher) MarshalText() ([]byte, error) { return []byte(m.text), nil }

// UnmarshalText reads an operator and a size.
func (m *SizeMatcher) UnmarshalText(b []byte) error {
	t := strings.TrimSpace(string(b))
	if t == "" {
		*m = SizeMatcher{}

		return nil
	}

	op := ""

	for _, o := range []string{">=", "<=", "==", ">", "<"} {
		if strings.HasPrefix(t, o) {
			op = o

			break
		}
	}

	n, err := parseBytes(strings.TrimSpace(t[len(op):]))
	if err != nil || n < 0 {
		return fmt.Errorf("not a size comparison, like >= 10GB")
	}

	*m = SizeMatcher{text: string(b), op: op, bytes: uint64(n)}

	return nil
}

var units = []struct {
	name  string
	bytes float64
}{
	{"", 1}, {"b", 1},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}, {"pb", 1e15}, {"eb", 1e18},
	{"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"t", 1e12}, {"p", 1e15}, {"e", 1e18},
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40}, {"pib", 1 << 50}, {"eib", 1 << 60},
	{"ki", 1 << 10}, {"mi", 1 << 20}, {"gi", 1 << 30}, {"ti", 1 << 40}, {"pi", 1 << 50}, {"ei", 1 << 60},
}

func parseBytes(s string) (int64, error) {
	t := strings.TrimSpace(s)
	sign := int64(1)

	if rest, ok := strings.CutPrefix(t, "-"); ok {
		sign, t = -1, rest
	}

	i := 0
	for i < len(t) && (t[i] >= '0' && t[i] <= '9' || t[i] == '.') {
		i++
	}

	unit := strings.ToLower(strings.TrimSpace(t[i:]))
	for _, u := range units {
		if u.name != unit {
			continue
		}

		// Whole numbers avoid the 53 bits of a float.
		if n, err := strconv.ParseInt(t[:i], 10, 64); err == nil && u.bytes == 1 {
			return sign * n, nil
		}

		v, err := strconv.ParseFloat(t[:i], 64)
		if err != nil || v*u.bytes >= math.MaxInt64 {
			break
		}

		return sign * int64(v*u.bytes), nil
	}

	return 0, fmt.Errorf("not a size, like 10GiB, 500MB or a number of bytes")
}

func formatBytes(n int64) string {
	for _, u := range []struct {
		name  string
		bytes int64
	}{
		{"EB", 1e18}, {"EiB", 1 << 60}, {"PB", 1e15}, {"PiB", 1 << 50}, {"TB", 1e12}, {"TiB", 1 << 40},
		{"GB", 1e9}, {"GiB", 1 << 30}, {"MB", 1e6}, {"MiB", 1 << 20}, {"kB", 1e3}, {"KiB", 1 << 10},
	} {
		if n != 0 && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.name
		}
	}

	return strconv.FormatInt(n, 10)
}
