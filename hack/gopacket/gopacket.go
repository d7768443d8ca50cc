// Package gopacket stands in for github.com/google/gopacket, by the replace directive
// in the repository's go.mod. The network of local clusters links the original and
// calls it only to log packets while it is debugged, which nothing here turns on; but
// its tables take 4 ms to fill at every start of talosctl. Whoever needs to decode
// packets takes out the directive and finds the original.
package gopacket

import "encoding/hex"

// LayerType is what a packet begins with.
type LayerType int

// DecodeOptions are how to decode.
type DecodeOptions struct{}

// Default are the options without any.
var Default DecodeOptions

// Packet is the bytes of a packet.
type Packet []byte

// NewPacket takes the bytes of a packet.
func NewPacket(data []byte, _ LayerType, _ DecodeOptions) Packet { return data }

// String is a hex dump.
func (p Packet) String() string { return hex.Dump(p) }
