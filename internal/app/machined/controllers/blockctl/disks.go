package blockctl

import (
	"context"
	"fmt"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	sysblock "github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// disks publishes the properties of whole disks.
func disks() controller.Controller {
	type inspected struct {
		generation int
		props      sysblock.Properties
		ok         bool
	}

	cache := map[string]inspected{}

	return controller.Source{
		Name:    "block.DisksController",
		Inputs:  controller.In(block.BlockDevices.Weak(), block.BlockSymlinks.Weak()),
		Outputs: controller.Out(block.Disks.Exclusive()),
		Read: func(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
			devices, err := block.BlockDevices.List(ctx, r)
			if err != nil {
				return nil, err
			}

			links, err := symlinksByDevice(ctx, r)
			if err != nil {
				return nil, err
			}

			present := map[string]bool{}

			var items []controller.Item

			for _, d := range devices {
				spec := d.TypedSpec()
				if spec.Type != block.DeviceTypeDisk {
					continue
				}

				present[d.ID()] = true

				got := cache[d.ID()]
				if got.generation != spec.Generation {
					// A disk that cannot be opened is not a disk to offer: it went
					// away, or it is a drive without a medium.
					props, err := sysblock.Inspect(sysblock.Device{Name: d.ID()})
					got = inspected{spec.Generation, props, err == nil && !props.Private}
					cache[d.ID()] = got
				}

				if got.ok {
					items = append(items, controller.Want(block.Disks, d.ID(), diskSpec(d.ID(), spec, got.props, links[d.ID()])))
				}
			}

			for name := range cache {
				if !present[name] {
					delete(cache, name)
				}
			}

			return items, nil
		},
	}.Build()
}

func symlinksByDevice(ctx context.Context, r cosi.Reader) (map[string][]string, error) {
	list, err := block.BlockSymlinks.List(ctx, r)
	if err != nil {
		return nil, err
	}

	links := map[string][]string{}
	for _, l := range list {
		links[l.ID()] = l.TypedSpec().Paths
	}

	return links, nil
}

func diskSpec(name string, dev *block.DeviceSpec, p sysblock.Properties, links []string) block.DiskSpec {
	return block.DiskSpec{
		DevPath:         sysblock.Device{Name: name}.Node(),
		Size:            p.Size,
		PrettySize:      prettySize(p.Size),
		IOSize:          p.IOSize,
		SectorSize:      p.SectorSize,
		Readonly:        p.ReadOnly,
		CDROM:           p.CDROM,
		Model:           p.Model,
		FirmwareVersion: p.FirmwareRevision,
		Serial:          p.Serial,
		Modalias:        p.Modalias,
		WWID:            p.WWID,
		UUID:            p.UUID,
		BusPath:         p.BusPath,
		SubSystem:       p.SubSystem,
		Transport:       p.Transport,
		Rotational:      p.Rotational,
		SecondaryDisks:  dev.Secondaries,
		Symlinks:        links,
	}
}

// prettySize writes a size in powers of ten, as disks are sold: two digits are enough.
func prettySize(n uint64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	v := float64(n)

	for v >= 999.5 && len(units) > 1 {
		v, units = v/1000, units[1:]
	}

	if v < 9.95 && units[0] != "B" {
		return fmt.Sprintf("%.1f %s", v, units[0])
	}

	return fmt.Sprintf("%.0f %s", v, units[0])
}

// systemDisk tells which disk the system is installed on: the one with META.
func systemDisk() controller.Controller {
	return controller.Derive[[]discovered]{
		Name:    "block.SystemDiskController",
		Inputs:  controller.In(block.DiscoveredVolumes.Weak()),
		Outputs: controller.Out(block.SystemDisks.Exclusive()),
		Observe: observeDiscovered,
		Plan: func(volumes []discovered) ([]controller.Item, error) {
			disk := findSystemDisk(volumes)
			if disk == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(block.SystemDisks, block.SystemDiskID, *disk)}, nil
		},
	}.Build()
}

// findSystemDisk prefers, should there be several disks with META (a cloned disk
// left in the machine), one that also has a STATE partition, then the first by name.
func findSystemDisk(volumes []discovered) *block.SystemDiskSpec {
	var (
		found    *block.SystemDiskSpec
		hasState bool
	)

	for _, v := range volumes {
		if v.PartitionLabel != labelMeta || v.Parent == "" {
			continue
		}

		state := false
		for _, other := range volumes {
			state = state || other.Parent == v.Parent && other.PartitionLabel == labelState
		}

		if found == nil || state && !hasState {
			found, hasState = &block.SystemDiskSpec{DiskID: v.Parent, DevPath: v.ParentDevPath}, state
		}
	}

	return found
}

// discovered is a DiscoveredVolume with its ID.
type discovered struct {
	ID string
	block.DiscoveredVolumeSpec
}

func observeDiscovered(ctx context.Context, r cosi.Reader) ([]discovered, error) {
	list, err := block.DiscoveredVolumes.List(ctx, r)
	if err != nil {
		return nil, err
	}

	out := make([]discovered, 0, len(list))
	for _, v := range controller.Running(list) {
		out = append(out, discovered{v.ID(), *v.TypedSpec()})
	}

	return out, nil
}

func isCDROM(name string) bool { return strings.HasPrefix(name, "sr") }
