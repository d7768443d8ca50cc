// Package cluster declares who this node is to its cluster and who the other members are.
package cluster

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	ConfigID      = "cluster"
	InfoID        = "current"
	LocalIdentity = "local"
)
