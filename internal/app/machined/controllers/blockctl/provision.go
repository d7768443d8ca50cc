package blockctl

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/talos-os/talos/internal/controller"
	sysblock "github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/xfs"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// growthWorthwhile keeps a partition from being rewritten at every boot for the
// few sectors that alignment leaves over.
const growthWorthwhile = 64 << 20

func carryOut(ctx context.Context, w *controller.Writer, t *tracker, s *step) error {
	switch s.Action {
	case doProvision:
		return provision(w, t, s)
	case doPrepare:
		return prepare(ctx, w, t, s)
	}

	return nil
}

// provision makes the partition on the first of the disks that has room. The
// volume is located in a later round, when the kernel has told about it.
func provision(w *controller.Writer, t *tracker, s *step) error {
	var errs []error

	for _, disk := range s.Disks {
		made, err := makePartition(sysblock.Device{Name: disk}.Node(), s.Config.Provisioning.PartitionSpec)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", disk, err))

			continue
		}

		if made > 0 {
			w.Log.Info("partition made", "volume", s.ID, "disk", disk, "size", prettySize(made))
		}

		t.touch(disk)

		return nil
	}

	return fmt.Errorf("make partition %s: %w", s.Config.Provisioning.PartitionSpec.Label, errors.Join(errs...))
}

// makePartition adds a partition and returns its size, or zero when the table
// has one of that label already, which state just did not know yet.
func makePartition(node string, spec block.PartitionSpec) (size uint64, err error) {
	dev, err := gpt.Open(node)
	if err != nil {
		return 0, err
	}

	defer func() { err = errors.Join(err, dev.Close()) }()

	table, err := gpt.Read(dev)
	if err != nil {
		return 0, fmt.Errorf("read partition table: %w", err)
	}

	if _, _, ok := table.Find(spec.Label); ok {
		return 0, nil
	}

	size, err = partitionSize(spec, dev.GetSize(), table.LargestContiguousAllocatable())
	if err != nil {
		return 0, err
	}

	typ, err := uuid.Parse(spec.TypeUUID)
	if err != nil {
		return 0, fmt.Errorf("partition type %q: %w", spec.TypeUUID, err)
	}

	number, part, err := table.AllocatePartition(size, spec.Label, typ)
	if err != nil {
		return 0, err
	}

	// What was once at this place must not be taken for this partition's
	// content, not even when power goes before the table is written.
	if err := clearStart(dev, int64(part.FirstLBA)*int64(dev.GetSectorSize()), int64(size)); err != nil {
		return 0, fmt.Errorf("clear partition %d: %w", number, err)
	}

	if err := table.Write(); err != nil {
		return 0, fmt.Errorf("write partition table: %w", err)
	}

	return size, nil
}

func clearStart(dev *gpt.Device, off, size int64) error {
	if _, err := dev.WriteAt(make([]byte, min(size, 1<<20)), off); err != nil {
		return err
	}

	return dev.Sync()
}

// prepare brings a partition that exists to where it can be mounted.
func prepare(ctx context.Context, w *controller.Writer, t *tracker, s *step) error {
	if err := w.Want(statusItem(s)); err != nil {
		return err
	}

	if s.Config.Provisioning.PartitionSpec.Grow {
		if err := growPartition(w, t, s); err != nil {
			return err
		}
	}

	s.Status.Phase = block.VolumePhaseProvisioned

	want := s.Config.Provisioning.FilesystemSpec
	if want.Type != block.FilesystemTypeXfs {
		return fmt.Errorf("file system %s is not supported by this version for %s", want.Type, s.ID)
	}

	found, err := sysblock.Probe(s.Status.Location)
	if err != nil {
		return err
	}

	switch unfinished, err := xfs.Unfinished(s.Status.Location); {
	case err != nil:
		return err
	case found.Whole.Type == "" || found.Whole.Type == "xfs" && unfinished:
		if err := w.Want(statusItem(s)); err != nil {
			return err
		}

		if err := xfs.Make(ctx, s.Status.Location, xfs.Options{
			Label: want.Label, Size: s.Status.Size, MinAllocationGroupSize: want.MinAllocationGroupSize,
		}); err != nil {
			return err
		}

		w.Log.Info("formatted", "volume", s.ID, "device", s.Status.Location, "filesystem", want.Type.String())
		t.touch(s.Disk)
	case found.Whole.Type != want.Type.String():
		return fmt.Errorf("%s holds %s instead of %s and was left alone: wipe it with talosctl reset if it is not needed",
			s.Status.Location, found.Whole.Type, want.Type)
	default:
		s.Status.UUID = found.Whole.UUID
	}

	s.Status.Phase = block.VolumePhaseReady

	return nil
}

// growPartition makes the last partition use what a larger disk has at its end.
func growPartition(w *controller.Writer, t *tracker, s *step) (err error) {
	dev, err := gpt.Open(s.Status.ParentLocation)
	if err != nil {
		return err
	}

	defer func() { err = errors.Join(err, dev.Close()) }()

	table, err := gpt.Read(dev)
	if err != nil {
		return fmt.Errorf("read partition table: %w", err)
	}

	number, part, ok := table.Find(s.Config.Provisioning.PartitionSpec.Label)
	if !ok || number != s.Status.PartitionIndex {
		return nil
	}

	growth, err := table.AvailablePartitionGrowth(number - 1)
	if err != nil {
		return err
	}

	size := (part.LastLBA - part.FirstLBA + 1) * uint64(dev.GetSectorSize())
	if limit := maxSize(s.Config.Provisioning.PartitionSpec, dev.GetSize()); limit > 0 {
		growth = min(growth, max(limit, size)-size)
	}

	growth -= growth % (1 << 20)
	if growth < growthWorthwhile {
		return nil
	}

	if err := table.GrowPartition(number-1, growth); err != nil {
		return err
	}

	if err := table.Write(); err != nil {
		return fmt.Errorf("write partition table: %w", err)
	}

	s.Status.Size = size + growth
	s.Status.PrettySize = prettySize(s.Status.Size)
	w.Log.Info("partition grown", "volume", s.ID, "size", s.Status.PrettySize, "by", prettySize(growth))
	t.touch(s.Disk)

	return nil
}
