// Package blockctl follows disks and turns the machine config's wishes about
// storage into mounted volumes.
//
// One direction: kernel → BlockDevices → DiscoveredVolumes, Disks → SystemDisks.
// The other: machine config → VolumeConfigs → VolumeStatuses (located,
// provisioned, formatted) → MountRequests → MountStatuses. Who needs a volume
// adds a VolumeMountRequest and waits for the VolumeMountStatus of the same ID;
// the system's own volumes are requested by the volume config controller.
//
// Everything is driven by kernel and udev events; nothing polls. Before a byte
// is written to a disk the disk itself is looked at again, never only state,
// because state may lag behind.
package blockctl

import (
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/meta"
)

// Deps is what the controllers share with the rest of the node.
type Deps struct {
	// Meta is attached to the META partition when one is found.
	Meta *meta.Store
	// Root is where volumes are mounted below; "/" when empty. Tests set it.
	Root string
	// Sys is where sysfs is, "/sys" when empty.
	Sys string
	// OnlyDisk restricts everything to one disk by kernel name; tests set it so
	// that they leave the other disks of the machine alone.
	OnlyDisk string
}

func (d *Deps) defaults() {
	if d.Root == "" {
		d.Root = "/"
	}

	if d.Sys == "" {
		d.Sys = "/sys"
	}

	if d.Meta == nil {
		d.Meta = meta.NewStore()
	}
}

// Controllers lists the package's controllers.
func Controllers(d Deps) []controller.Controller {
	d.defaults()

	t := &tracker{sys: d.Sys, only: d.OnlyDisk}

	return []controller.Controller{
		devices(t),
		symlinks(),
		discovery(t),
		discoveryStatus(),
		disks(),
		systemDisk(),
		volumeConfigs(),
		volumes(t),
		mountRequests(),
		mounts(d.Root),
		volumeMountStatuses(),
		mountSummary(),
		metaValues(d.Meta),
	}
}
