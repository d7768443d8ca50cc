package config

import "slices"

// Replaces lists the paths of the main document that documents of a kind take the
// place of: what both say is refused.
func Replaces(kind string) []string { return slices.Clone(counterparts[kind]) }
