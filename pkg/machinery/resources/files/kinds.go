// Package files declares single files of /etc that are made at run time and bound over the read-only root.
package files

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	SourceFileAnnotation = "talos.dev/source-file"
)
