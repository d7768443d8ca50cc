// Package api holds the protocol of the system: one folder per service, the
// .proto files and the Go code made from them.
//
// Package names, field names and numbers are what every client and every peer
// already speaks; they are pinned by a test and never renumbered.
package api

//go:generate go run ../hack/protogen -root .
