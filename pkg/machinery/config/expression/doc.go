// Package expression compiles and evaluates the CEL expressions of a config: those that
// select disks, volumes and network links. A client and a machine use the same, so that
// what one takes the other does not refuse.
//
// Fields have the names and types that they have on the wire. All functions may be
// called from several goroutines at once. The engine starts with the first expression:
// it needs some megabytes and milliseconds.
package expression
