// Package v1alpha1 declares the main config document, the one without apiVersion
// and kind: machine and cluster.
//
// A field is declared once and everything about it follows from the declaration:
// the YAML key, enum, how a patch merges (merge), and whether it is a secret
// (secret). Sections are values, so a path through them never meets nil; what is
// a pointer means something by being there at all (an encryption key by node ID,
// a VIP, a bond), and an unset optional boolean is nil. The form with defaults
// filled in and newer documents folded in is made by package config (Effective).
package v1alpha1
