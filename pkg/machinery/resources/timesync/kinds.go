// Package timesync declares whether the node's clock can be trusted.
package timesync

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	AdjtimeStatusID = "node"
	NTPStatusID     = "node"
	StatusID        = "node"
)
