// Package layers names the one layer that package gopacket is asked for.
package layers

import "github.com/google/gopacket"

// LayerTypeEthernet is a packet that begins with an Ethernet header.
const LayerTypeEthernet gopacket.LayerType = 17
