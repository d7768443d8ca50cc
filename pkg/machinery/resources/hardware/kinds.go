// Package hardware declares what firmware and buses report: processors, memory, PCI devices.
package hardware

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	SystemInformationID = "systeminformation"
)
