// Package config is the machine configuration: a stream of YAML documents that
// is loaded, checked, patched, compared and folded into one form to act on.
//
// Load is strict and reports everything wrong with a file at once. The result is
// immutable and keeps the text as given; Effective is the form controllers read,
// with defaults filled in and newer documents folded into the v1alpha1 fields
// they replace. Documents without such a counterpart are read with Docs.
//
// Sub-packages: v1alpha1 and document declare the kinds, value their scalar
// forms, patch changes a config, generate and secrets make one, explain comments
// one, impact tells what a change costs. The reference pages and the JSON schema are
// made from the declarations by internal/reference. Nothing here runs at start-up or needs the node.
package config
