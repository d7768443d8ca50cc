// Package role says who may call what: the roles a caller can have, which of
// them a method asks for, and which of them a local service may use.
//
// A caller's roles are the Organization values of its client certificate. The
// package decides nothing by itself; package authz does, for apid and machined.
package role

import (
	"slices"
	"strings"
)

// Role is one permission of a caller.
type Role string

// The roles a certificate can carry. A certificate may carry other values; they
// allow nothing, and are kept so that a newer node down the road can use them.
const (
	Admin         Role = "os:admin"
	Operator      Role = "os:operator"
	Reader        Role = "os:reader"
	EtcdBackup    Role = "os:etcd:backup"
	MetaWriter    Role = "os:meta:writer"
	ImageVerifier Role = "os:image:verifier"
	// Impersonator is carried by the certificates nodes use among themselves:
	// its holder speaks with the roles of somebody else.
	Impersonator Role = "os:impersonator"
)

// All is every role there is.
var All = NewSet(Admin, EtcdBackup, ImageVerifier, Impersonator, MetaWriter, Operator, Reader)

// Set is an immutable set of roles. The zero Set is empty and ready to use.
type Set struct{ sorted []Role }

// NewSet makes a set; order and repetition do not matter.
func NewSet(roles ...Role) Set {
	sorted := slices.Clone(roles)
	slices.Sort(sorted)

	return Set{slices.Compact(sorted)}
}

// Parse makes a set from texts as they stand in certificates and metadata.
// Empty ones are dropped, unknown ones kept.
func Parse(texts []string) Set {
	roles := make([]Role, 0, len(texts))

	for _, text := range texts {
		if text != "" {
			roles = append(roles, Role(text))
		}
	}

	return NewSet(roles...)
}

// Unknown returns the members this version has no meaning for, such as a
// misspelled one.
func (s Set) Unknown() []Role {
	var unknown []Role

	for _, r := range s.sorted {
		if !All.Has(r) {
			unknown = append(unknown, r)
		}
	}

	return unknown
}

// Has says whether r is a member.
func (s Set) Has(r Role) bool {
	_, ok := slices.BinarySearch(s.sorted, r)

	return ok
}

// Empty says whether the set has no members.
func (s Set) Empty() bool { return len(s.sorted) == 0 }

// Intersect returns the members both sets have.
func (s Set) Intersect(other Set) Set {
	var both []Role

	for _, r := range s.sorted {
		if other.Has(r) {
			both = append(both, r)
		}
	}

	return Set{both}
}

// Meets says whether the sets have at least one member in common.
func (s Set) Meets(other Set) bool { return slices.ContainsFunc(s.sorted, other.Has) }

// Strings returns the members in order.
func (s Set) Strings() []string {
	out := make([]string, len(s.sorted))
	for i, r := range s.sorted {
		out[i] = string(r)
	}

	return out
}

func (s Set) String() string { return strings.Join(s.Strings(), ",") }
