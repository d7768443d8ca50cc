// Package cri declares what the container runtime is configured with: registries, base spec, seccomp
// profiles.
package cri

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	BaseRuntimeSpecDefaultID   = "default"
	BaseRuntimeSpecOverridesID = "overrides"
	ImageCacheConfigID         = "image-cache"
	RegistriesConfigID         = "registries"
)
