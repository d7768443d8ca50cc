// Package netenum holds the enumerations of networking that both the machine
// config and network state use: address families, bond modes, route scopes and
// the like.
//
// Numbers are the kernel's where the kernel has one (netlink, ethtool); texts
// are what configs and `talosctl get` show, and follow no single convention:
// both are part of the interface other programs rely on.
package netenum

import (
	"fmt"
	"strconv"
	"strings"
)

// Name pairs a value of an enumeration with its text.
type Name[T any] struct {
	Value T
	Text  string
}

type number interface{ ~uint32 | ~int32 }

// EnumString is the text of v, or "Type(n)"-like "unknown(n)" for a number
// without one: values come from the kernel, and a newer kernel has more.
func EnumString[T number](names []Name[T], v T) string {
	for _, n := range names {
		if n.Value == v {
			return n.Text
		}
	}

	return fmt.Sprintf("unknown(%d)", v)
}

// ParseEnum sets *v to the value whose text equals text.
func ParseEnum[T number](names []Name[T], kind, text string, v *T) error {
	for _, n := range names {
		if n.Text == text {
			*v = n.Value

			return nil
		}
	}

	if rest, ok := strings.CutPrefix(text, "unknown("); ok {
		if i, err := strconv.ParseInt(strings.TrimSuffix(rest, ")"), 10, 64); err == nil {
			*v = T(i)

			return nil
		}
	}

	return fmt.Errorf("%q is not a %s; one of %s", text, kind, choices(names))
}

func choices[T any](names []Name[T]) string {
	texts := make([]string, 0, len(names))

	for _, n := range names {
		texts = append(texts, strconv.Quote(n.Text))
	}

	return strings.Join(texts, ", ")
}

// MaskString joins the texts of the bits set in v with commas.
func MaskString[T ~uint32](names []Name[T], v T) string {
	var texts []string

	for _, n := range names {
		if v&n.Value != 0 {
			texts = append(texts, n.Text)
		}
	}

	return strings.Join(texts, ",")
}

// ParseMask is the inverse of MaskString; the empty text is no bits.
func ParseMask[T ~uint32](names []Name[T], kind, text string, v *T) error {
	*v = 0

	if text == "" {
		return nil
	}

next:
	for part := range strings.SplitSeq(text, ",") {
		for _, n := range names {
			if n.Text == part {
				*v |= n.Value

				continue next
			}
		}

		return fmt.Errorf("%q is not one of %s: %s", part, kind, choices(names))
	}

	return nil
}

// NumberString is like EnumString with plain decimal for values without a name.
func NumberString[T ~uint32](names []Name[T], v T) string {
	for _, n := range names {
		if n.Value == v {
			return n.Text
		}
	}

	return strconv.FormatUint(uint64(v), 10)
}

// ParseNumber accepts a name or a decimal number.
func ParseNumber[T ~uint32](names []Name[T], kind, text string, v *T) error {
	for _, n := range names {
		if n.Text == text {
			*v = n.Value

			return nil
		}
	}

	i, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return fmt.Errorf("%q is not a %s: neither a number nor one of %s", text, kind, choices(names))
	}

	*v = T(i)

	return nil
}

// AddressFlagsManaged are the address flags that the node's own configuration
// decides; the others are the kernel's findings (such as dadfailed).
const AddressFlagsManaged AddressFlags = 1938
