// Package perf declares samples of CPU and memory use.
package perf

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	CPUID    = "latest"
	MemoryID = "latest"
)
