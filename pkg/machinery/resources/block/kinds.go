// Package block declares the state of disks: devices and what was found on them, volumes that
// the system wants, and their mounts.
package block

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	DiscoveredVolumesStatusID = "discovered-volumes-status"
	RefreshID                 = "refresh"
	SymlinkID                 = "system-disk"
	SystemDiskID              = "system-disk"
	UserDiskConfigStatusID    = "user-disks"
	VolumeLifecycleID         = "volumes"
	ZswapStatusID             = "zswap"
	DeviceTypeDisk            = "disk"
	DeviceTypePartition       = "partition"
	ExistingVolumeLabel       = "talos.dev/existing-volume"
	ExternalVolumeLabel       = "talos.dev/external-volume"
	PlatformLabel             = "talos.dev/platform"
	RawVolumeLabel            = "talos.dev/raw-volume"
	SwapVolumeLabel           = "talos.dev/swap-volume"
	SystemVolumeLabel         = "talos.dev/system-volume"
	UserDiskLabel             = "talos.dev/user-disk"
	UserVolumeLabel           = "talos.dev/user-volume"
)
