package blockctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	sysblock "github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// discovery publishes what is on disks and in their partitions.
//
// A disk is read again only when its generation or that of one of its
// partitions changed. A system disk whose partition table was torn by a power
// cut is mended before it is read.
func discovery(t *tracker) controller.Controller {
	p := &prober{tracker: t, cache: map[string]probe{}}

	return controller.Source{
		Name:    "block.DiscoveryController",
		Inputs:  controller.In(block.BlockDevices.Weak(), block.DiscoveryRefreshRequests.Weak()),
		Outputs: controller.Out(block.DiscoveredVolumes.Exclusive(), block.DiscoveryRefreshStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			p.again = func(after time.Duration) { time.AfterFunc(after, notify) }

			<-ctx.Done()

			return nil
		},
		Read: p.read,
	}.Build()
}

type prober struct {
	tracker *tracker
	cache   map[string]probe
	again   func(time.Duration)
}

// probe is what was found on a disk, and of which state of it.
type probe struct {
	key   string
	found sysblock.Found
}

const busyRetry = time.Second

func (p *prober) read(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
	devices, err := block.BlockDevices.List(ctx, r)
	if err != nil {
		return nil, err
	}

	request, err := block.DiscoveryRefreshRequests.Find(ctx, r, block.RefreshID)
	if err != nil {
		return nil, err
	}

	parts := map[string][]partition{}
	keys := map[string]string{}
	disks := map[string]*block.DeviceSpec{}

	for _, d := range controller.Running(devices) {
		spec := d.TypedSpec()

		switch spec.Type {
		case block.DeviceTypeDisk:
			disks[d.ID()] = spec
			keys[d.ID()] = fmt.Sprint(spec.Generation) + keys[d.ID()]
		case block.DeviceTypePartition:
			parts[spec.Parent] = append(parts[spec.Parent], partition{d.ID(), spec})
			keys[spec.Parent] += fmt.Sprintf(" %s:%d", d.ID(), spec.Generation)
		}
	}

	var items []controller.Item

	for name, spec := range disks {
		found, ok := p.probe(name, keys[name])
		if !ok {
			continue
		}

		items = append(items, discoveredItems(name, spec, found, parts[name])...)
	}

	for name := range p.cache {
		if disks[name] == nil {
			delete(p.cache, name)
		}
	}

	if request != nil {
		complete, err := p.complete(disks, parts)
		if err != nil {
			return nil, err
		}

		if complete {
			items = append(items, controller.Want(block.DiscoveryRefreshStatuses, block.RefreshID,
				block.DiscoveryRefreshStatusSpec{Request: request.TypedSpec().Request}))
		}
	}

	return items, nil
}

// complete reports whether everything the kernel has was looked at. When it has
// more, BlockDevices is behind and its change brings us here again.
func (p *prober) complete(disks map[string]*block.DeviceSpec, parts map[string][]partition) (bool, error) {
	known := map[string]bool{}

	for name := range disks {
		known[name] = true
	}

	for _, list := range parts {
		for _, part := range list {
			known[part.name] = true
		}
	}

	list, err := p.tracker.list()
	if err != nil {
		return false, err
	}

	for _, d := range list {
		if !known[d.Name] {
			return false, nil
		}
	}

	return true, nil
}

func (p *prober) probe(name, key string) (sysblock.Found, bool) {
	if got, ok := p.cache[name]; ok && got.key == key {
		return got.found, true
	}

	node := sysblock.Device{Name: name}.Node()

	if !isCDROM(name) {
		if done, err := gpt.RepairDisk(node, labelMeta); err != nil {
			slog.Warn("partition table is damaged", "disk", name, "error", err)
		} else if done {
			slog.Info("partition table restored from its backup", "disk", name)
		}
	}

	found, err := sysblock.Probe(node)

	switch {
	case err == nil:
		p.cache[name] = probe{key, found}

		return found, true
	case errors.Is(err, sysblock.ErrBusy):
		// Better what was there before than nothing: a volume must not
		// disappear because somebody is partitioning.
		if p.again != nil {
			p.again(busyRetry)
		}

		got, ok := p.cache[name]

		return got.found, ok
	default:
		slog.Debug("probe", "disk", name, "error", err)
		delete(p.cache, name)

		return sysblock.Found{}, false
	}
}

type partition struct {
	name string
	spec *block.DeviceSpec
}

func discoveredItems(name string, dev *block.DeviceSpec, f sysblock.Found, parts []partition) []controller.Item {
	node := sysblock.Device{Name: name}.Node()

	fill := func(c sysblock.Content) block.DiscoveredVolumeSpec {
		return block.DiscoveredVolumeSpec{
			Name: c.Type, UUID: c.UUID, Label: c.Label,
			BlockSize: c.BlockSize, FilesystemBlockSize: c.FilesystemBlockSize, ProbedSize: c.ProbedSize,
			SectorSize: f.SectorSize, IOSize: f.IOSize,
			PartitionUUID: c.PartitionUUID, PartitionType: c.PartitionType, PartitionLabel: c.PartitionLabel, PartitionIndex: c.Index,
		}
	}

	whole := fill(f.Whole)
	whole.DevPath, whole.Type, whole.DevicePath = node, block.DeviceTypeDisk, dev.DevicePath
	whole.Size, whole.PrettySize = f.Size, prettySize(f.Size)

	items := []controller.Item{controller.Want(block.DiscoveredVolumes, name, whole)}

	for _, c := range f.Partitions {
		for _, part := range parts {
			if part.spec.PartitionNumber != int(c.Index) {
				continue
			}

			v := fill(c)
			v.DevPath, v.Type, v.DevicePath = sysblock.Device{Name: part.name}.Node(), block.DeviceTypePartition, part.spec.DevicePath
			v.Parent, v.ParentDevPath = name, node
			v.Offset, v.Size, v.PrettySize = c.Offset, c.Size, prettySize(c.Size)

			items = append(items, controller.Want(block.DiscoveredVolumes, part.name, v))
		}
	}

	return items
}

// discoveryStatus tells when everything that was there at start has been looked
// at: only then may the absence of a volume be believed.
func discoveryStatus() controller.Controller {
	type view struct {
		devicesReady bool
		refreshed    int
	}

	return controller.Derive[view]{
		Name: "block.DiscoveredVolumesStatusController",
		Inputs: controller.In(
			runtime.DevicesStatuses.Weak(),
			block.DiscoveryRefreshStatuses.Weak(),
		),
		Outputs: controller.Out(block.DiscoveredVolumesStatuses.Exclusive(), block.DiscoveryRefreshRequests.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (view, error) {
			var v view

			devices, err := runtime.DevicesStatuses.Find(ctx, r, runtime.DevicesID)
			if err != nil {
				return v, err
			}

			v.devicesReady = devices != nil && devices.TypedSpec().Ready

			refresh, err := block.DiscoveryRefreshStatuses.Find(ctx, r, block.RefreshID)
			if err != nil {
				return v, err
			}

			if refresh != nil {
				v.refreshed = refresh.TypedSpec().Request
			}

			return v, nil
		},
		Plan: func(v view) ([]controller.Item, error) {
			items := []controller.Item{
				controller.Want(block.DiscoveredVolumesStatuses, block.DiscoveredVolumesStatusID,
					block.DiscoveredVolumesStatusSpec{Ready: v.devicesReady && v.refreshed > 0}),
			}

			if v.devicesReady {
				items = append(items, controller.Want(block.DiscoveryRefreshRequests, block.RefreshID,
					block.DiscoveryRefreshRequestSpec{Request: 1}))
			}

			return items, nil
		},
	}.Build()
}
