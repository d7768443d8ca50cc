// Package document declares every config document kind other than the main
// v1alpha1 one: one Go struct per kind, named as the kind.
//
// A field is declared once and everything about it follows from the declaration:
// the YAML key, enum, scheme, range and required tags, how a patch merges (merge),
// and whether it is a secret (secret). Structs hold what was written; an unset
// optional boolean is nil, an unset number 0. What a document means together with others is decided in
// package config, which folds documents that have a v1alpha1 counterpart.
//
// Ranges of the network are those of the kernel: of bonds as in its
// drivers/net/bonding/bond_options.c; 68 is the least MTU of IPv4 (ETH_MIN_MTU, RFC
// 791), 1280 that of IPv6 (RFC 8200); a loopback link has 65536, what flannel makes
// goes to 65535 (ETH_MAX_MTU). A route above 65520 is taken for 65520 (net/ipv4/metrics.c)
// and not refused: configs ask for the MTU of a link there. Marks are 32 bits wide.
package document

import (
	"slices"
	"strings"
)

// Document is one decoded document. Identity is kind plus name.
type Document interface {
	DocumentKind() string
}

// Named is a document of a kind that may occur more than once, told apart by name.
type Named interface {
	Document
	DocumentName() string
}

// Kind describes a document kind.
type Kind struct {
	Name  string
	Named bool
	New   func() Document
}

// Name is the name of a document, empty for kinds that occur once.
func Name(d Document) string {
	if n, ok := d.(Named); ok {
		return n.DocumentName()
	}

	return ""
}

// Or is the value of an optional setting, or def when it was left out.
func Or[T any](v *T, def T) T {
	if v == nil {
		return def
	}

	return *v
}

// Lookup finds a kind by name.
func Lookup(kind string) (Kind, bool) {
	i, ok := slices.BinarySearchFunc(kinds, kind, func(k Kind, name string) int { return strings.Compare(k.Name, name) })
	if !ok {
		return Kind{}, false
	}

	return kinds[i], true
}

// Names lists the names of all kinds.
func Names() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.Name
	}

	return out
}

// Settings are the settings every kind of link has, for code that treats links
// alike.
func (l *LinkSettings) Settings() *LinkSettings { return l }
