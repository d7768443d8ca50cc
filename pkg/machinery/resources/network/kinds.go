// Package network declares the network in layers: specs per config layer, merged specs that the kernel is
// made to follow, and statuses of what the kernel has.
package network

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	FirstHardwareAddr          = "first"
	HostDNSConfigID            = "config"
	HostnameID                 = "hostname"
	NodeAddressAccumulativeID  = "accumulative"
	NodeAddressCurrentID       = "current"
	NodeAddressDefaultID       = "default"
	NodeAddressRoutedID        = "routed"
	NodeAddressSortAlgorithmID = "default"
	PlatformConfigActiveID     = "active"
	PlatformConfigCachedID     = "cached"
	ResolverID                 = "resolvers"
	StatusID                   = "status"
	TimeServerID               = "timeservers"
	LinkKindBond               = "bond"
	LinkKindBridge             = "bridge"
	LinkKindVLAN               = "vlan"
	LinkKindVRF                = "vrf"
	LinkKindVeth               = "veth"
	LinkKindWireguard          = "wireguard"
)
