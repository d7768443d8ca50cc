// Package etcd declares the local etcd member: what it is configured with, its certificates on disk,
// its identity in the cluster.
package etcd

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	ConfigID      = "etcd"
	LocalMemberID = "local"
	PKIID         = "etcd"
	SpecID        = "etcd"
)
