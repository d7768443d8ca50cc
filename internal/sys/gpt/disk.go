package gpt

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf16"

	"github.com/siderolabs/go-blockdevice/v2/block"
	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"
	"golang.org/x/sys/unix"
)

// RepairDisk restores the partition table of a disk from its backup, but only
// when the backup names a partition with the given label: what is on other
// people's disks is not ours to mend. The kernel reads the table again after.
func RepairDisk(node, label string) (bool, error) {
	probe, err := block.NewFromPath(node)
	if err != nil {
		return false, err
	}

	size, err := probe.GetSize()
	need := err == nil && needsRepair(sized{probe, size}, label)

	if err := errors.Join(err, probe.Close()); err != nil || !need {
		return false, err
	}

	dev, err := Open(node)
	if err != nil {
		return false, err
	}

	done, err := Repair(dev.Device)
	if done {
		err = errors.Join(err, Announce(dev))
	}

	return done, errors.Join(err, dev.Close())
}

// Announce tells the kernel about partitions of the table that it does not have.
// Unlike reading the table again (BLKRRPART) this works while others are in use.
func Announce(dev *Device) error {
	table, err := bdgpt.Read(dev.Device)
	if err != nil {
		return fmt.Errorf("read partition table: %w", err)
	}

	sector := uint64(dev.GetSectorSize())

	for i, p := range table.Partitions() {
		if p == nil {
			continue
		}

		err := dev.KernelPartitionAdd(i+1, p.FirstLBA*sector, (p.LastLBA-p.FirstLBA+1)*sector)
		if err != nil && !errors.Is(err, unix.EBUSY) {
			return fmt.Errorf("announce partition %d: %w", i+1, err)
		}
	}

	return nil
}

type sized struct {
	*block.Device
	size uint64
}

func (s sized) ReadAt(p []byte, off int64) (int, error) { return s.File().ReadAt(p, off) }

func needsRepair(d sized, label string) bool {
	sector := uint64(d.GetSectorSize())
	if sector < 512 || d.size < 68*sector {
		return false
	}

	last := d.size/sector - 1

	if _, ok := readCopy(d, sector, 1, last); ok || !claimsGPT(d, sector) {
		return false
	}

	backup, ok := readCopy(d, sector, last, last)

	return ok && bytes.Contains(backup.entries, utf16LE(label))
}

// utf16LE spells a label the way entries do, with the terminating zero.
func utf16LE(s string) []byte {
	var out []byte
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		out = append(out, byte(u), byte(u>>8))
	}

	return out
}
