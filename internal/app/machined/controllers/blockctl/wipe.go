package blockctl

import (
	"errors"
	"fmt"

	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"

	sysblock "github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/internal/sys/gpt"
)

// WipePartitions erases partitions of a disk by their labels. STATE and
// EPHEMERAL are also taken out of the partition table, to be made anew at the
// next boot; META and others stay in place, empty. Nothing of the disk may be
// mounted. Labels that are not there are no error: a wipe that was cut short by
// a power failure is repeated like that.
func WipePartitions(disk string, labels ...string) (err error) {
	dev, err := gpt.Open(disk)
	if err != nil {
		return err
	}

	defer func() { err = errors.Join(err, dev.Close()) }()

	table, err := gpt.Read(dev)
	if err != nil {
		return fmt.Errorf("read partition table of %s: %w", disk, err)
	}

	drop := false

	for _, label := range labels {
		number, part, ok := table.Find(label)
		if !ok {
			continue
		}

		// Secrets are in STATE and META: every byte goes. EPHEMERAL is large and
		// its contents are reached through its first blocks.
		full := label != EphemeralVolume

		if err := wipePartition(dev, part, full); err != nil {
			return fmt.Errorf("wipe partition %s of %s: %w", label, disk, err)
		}

		if label == StateVolume || label == EphemeralVolume {
			if err := table.DeletePartition(number - 1); err != nil {
				return err
			}

			drop = true
		}
	}

	if !drop {
		return nil
	}

	return table.Write()
}

func wipePartition(dev *gpt.Device, part bdgpt.Partition, full bool) error {
	sector := uint64(dev.GetSectorSize())
	start, size := part.FirstLBA*sector, (part.LastLBA-part.FirstLBA+1)*sector

	if full {
		return dev.WipeRange(start, size)
	}

	const edge = 16 << 20

	if size <= 2*edge {
		return dev.WipeRange(start, size)
	}

	return errors.Join(dev.WipeRange(start, edge), dev.WipeRange(start+size-edge, edge))
}

// WipeDisk erases a whole disk so that nothing on it is recognised any more.
func WipeDisk(node string, full bool) error { return sysblock.Wipe(node, full) }

// DropPartition takes a partition, counted from 1, out of the table of a disk.
// One that is not there is no error: a drop that was cut short is repeated.
func DropPartition(disk string, number int) (err error) {
	dev, err := gpt.Open(disk)
	if err != nil {
		return err
	}

	defer func() { err = errors.Join(err, dev.Close()) }()

	table, err := gpt.Read(dev)
	if err != nil {
		return fmt.Errorf("read partition table of %s: %w", disk, err)
	}

	if parts := table.Partitions(); number < 1 || number > len(parts) || parts[number-1] == nil {
		return nil
	}

	if err = table.DeletePartition(number - 1); err != nil {
		return fmt.Errorf("drop partition %d of %s: %w", number, disk, err)
	}

	return table.Write()
}
