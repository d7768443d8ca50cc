package blockctl

import (
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// MatchDisk evaluates a disk selector. The expressions of the system's own volumes have
// a fixed form and are recognised, here and below, so that a node without selectors in
// its config never pays for the expression engine.
func MatchDisk(expr block.Expression, disk block.DiskSpec, isSystemDisk bool) (bool, error) {
	if expr == onSystemDisk {
		return isSystemDisk, nil
	}

	return expression.Volumes.Match(value.Expression(expr), map[string]any{"disk": diskVars(disk), "volume": map[string]any{}, "system_disk": isSystemDisk})
}

// matchVolume evaluates a locator's volume expression.
func matchVolume(expr block.Expression, v block.DiscoveredVolumeSpec, disk block.DiskSpec, isSystemDisk bool) (bool, error) {
	if rest, ok := strings.CutPrefix(string(expr), `volume.partition_label == "`); ok {
		if label, ok := strings.CutSuffix(rest, `"`); ok && !strings.ContainsAny(label, `"\`) {
			return v.PartitionLabel == label, nil
		}
	}

	return expression.Volumes.Match(value.Expression(expr), map[string]any{"disk": diskVars(disk), "volume": volumeVars(v), "system_disk": isSystemDisk})
}

func diskVars(d block.DiskSpec) map[string]any {
	return map[string]any{
		"dev_path": d.DevPath, "size": d.Size, "pretty_size": d.PrettySize, "io_size": uint64(d.IOSize),
		"sector_size": uint64(d.SectorSize), "readonly": d.Readonly, "cdrom": d.CDROM, "model": d.Model,
		"serial": d.Serial, "modalias": d.Modalias, "wwid": d.WWID, "uuid": d.UUID, "bus_path": d.BusPath,
		"sub_system": d.SubSystem, "transport": d.Transport, "rotational": d.Rotational,
		"secondary_disks": d.SecondaryDisks, "symlinks": d.Symlinks, "firmware_version": d.FirmwareVersion,
	}
}

func volumeVars(v block.DiscoveredVolumeSpec) map[string]any {
	return map[string]any{
		"dev_path": v.DevPath, "type": v.Type, "device_path": v.DevicePath, "parent": v.Parent,
		"parent_dev_path": v.ParentDevPath, "offset": v.Offset, "size": v.Size, "pretty_size": v.PrettySize,
		"sector_size": uint64(v.SectorSize), "io_size": uint64(v.IOSize), "name": v.Name, "uuid": v.UUID,
		"label": v.Label, "block_size": uint64(v.BlockSize), "filesystem_block_size": uint64(v.FilesystemBlockSize),
		"probed_size": v.ProbedSize, "partition_uuid": v.PartitionUUID, "partition_type": v.PartitionType,
		"partition_label": v.PartitionLabel, "partition_index": uint64(v.PartitionIndex),
	}
}
