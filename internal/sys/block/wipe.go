package block

import (
	"errors"
	"fmt"

	bd "github.com/siderolabs/go-blockdevice/v2/block"
)

// Wipe makes a device unrecognisable: with full, every byte (by discard where
// the device promises zeroes, else by writing); without, only its first and last
// megabyte, the starts of its partitions, and small partitions completely,
// because that is where secrets are. A device in use is refused by the kernel
// with EBUSY.
func Wipe(node string, full bool) error {
	found, probeErr := Probe(node)

	dev, err := bd.NewFromPath(node, bd.OpenForWrite(), bd.OpenAssertNotMounted())
	if err != nil {
		return fmt.Errorf("open %s for wiping: %w", node, err)
	}

	if err := dev.Lock(true); err != nil {
		return errors.Join(fmt.Errorf("lock %s: %w", node, err), dev.Close())
	}

	if full {
		if _, err = dev.Wipe(); err != nil {
			err = fmt.Errorf("wipe %s: %w", node, err)
		}
	} else {
		// The default ranges cover every signature known to matter except those
		// of partitions inside, which vanish with the table.
		if err = dev.FastWipe(); err == nil && probeErr == nil {
			err = wipePartitions(dev, found)
		}

		if err != nil {
			err = fmt.Errorf("wipe %s: %w", node, err)
		}
	}

	return errors.Join(err, dev.File().Sync(), dev.Unlock(), dev.Close())
}

// smallPartition is what is wiped completely: META, STATE and the like.
const smallPartition = 256 << 20

// wipePartitions also keeps file systems from reappearing when a later table
// happens to put a partition at the same place.
func wipePartitions(dev *bd.Device, found Found) error {
	for _, p := range found.Partitions {
		size := p.Size
		if size > smallPartition {
			size = min(size, bd.FastWipeRange)
		}

		if _, err := dev.WipeRange(p.Offset, size); err != nil {
			return err
		}
	}

	return nil
}
