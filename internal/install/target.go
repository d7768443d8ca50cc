package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/siderolabs/go-blockdevice/v2/blkid"
	bdblock "github.com/siderolabs/go-blockdevice/v2/block"
	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"
	"golang.org/x/sys/unix"
)

// checkTarget refuses what must not be overwritten. It opens nothing for writing.
func (o *Options) checkTarget() error {
	st, err := os.Stat(o.Disk)
	if err != nil {
		return refuse("disk: %v", err)
	}

	if st.Mode().IsRegular() {
		return nil
	}

	if st.Mode()&fs.ModeDevice == 0 || st.Mode()&fs.ModeCharDevice != 0 {
		return refuse("%s is not a disk", o.Disk)
	}

	dev, err := bdblock.NewFromPath(o.Disk)
	if err != nil {
		return refuse("open %s: %v", o.Disk, err)
	}
	defer dev.Close() //nolint:errcheck

	if whole, err := dev.IsWholeDisk(); err == nil && !whole {
		return refuse("%s is a partition, not a whole disk", o.Disk)
	}

	if ro, err := dev.IsReadOnly(); err == nil && ro {
		return refuse("%s is read-only", o.Disk)
	}

	if err = checkUnused(o.Disk); err != nil {
		return err
	}

	if o.Force || o.Wipe {
		return nil
	}

	return checkEmpty(o.Disk)
}

// checkUnused asks the kernel for the disk alone. It says no while the disk or one
// of its partitions is mounted, swapped on or part of an array.
func checkUnused(disk string) error {
	fd, err := unix.Open(disk, unix.O_RDONLY|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err != nil {
		if errors.Is(err, unix.EBUSY) {
			return refuse("disk %s is in use%s", disk, usedBy(disk))
		}

		return refuse("open %s: %v", disk, err)
	}

	return unix.Close(fd)
}

// usedBy says what uses a disk, as far as the mount table knows.
func usedBy(disk string) string {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return ""
	}

	real, err := filepath.EvalSymlinks(disk)
	if err != nil {
		real = disk
	}

	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); len(f) > 1 && strings.HasPrefix(f[0], real) {
			return fmt.Sprintf(": %s is mounted on %s", f[0], f[1])
		}
	}

	return ""
}

// checkEmpty refuses a disk with content of somebody else. A disk of this system
// is taken: installing again is what a person does after a failed first try.
func checkEmpty(disk string) error {
	info, err := blkid.ProbePath(disk)
	if err != nil || info.Name == "" {
		return nil
	}

	if info.Name != "gpt" {
		return refuse("disk %s holds %s: set wipe to overwrite it", disk, info.Name)
	}

	for _, p := range info.Parts {
		if p.PartitionLabel != nil && *p.PartitionLabel == labelMeta {
			return nil
		}
	}

	if len(info.Parts) > 0 {
		return refuse("disk %s has %d partitions: set wipe to overwrite it", disk, len(info.Parts))
	}

	return nil
}

// clear makes the disk look empty before anything is put on it, so that a power
// cut during the installation leaves no half-right partition table.
func (o *Options) clear(dev bdgpt.Device) error {
	size := int64(dev.GetSize())

	ranges := [][2]int64{{0, mib}, {size - mib, mib}}

	// Where an earlier table had partitions, their file systems must go too: the
	// node would find an old STATE where it is about to make a new one.
	if table, err := bdgpt.Read(dev); err == nil {
		sector := int64(dev.GetSectorSize())

		for _, p := range table.Partitions() {
			if p != nil {
				start, end := int64(p.FirstLBA)*sector, int64(p.LastLBA+1)*sector
				ranges = append(ranges, [2]int64{start, min(mib, end-start)}, [2]int64{max(start, end-mib), min(mib, end-start)})
			}
		}
	}

	if o.Wipe {
		o.say("wiping %s", o.Disk)

		if err := wipeAll(o.Disk, dev, size); err != nil {
			return err
		}
	}

	// The partitions first, the table that points to them last: a cut in between
	// leaves a disk that can be cleared again in the same way.
	for i := len(ranges) - 1; i >= 0; i-- {
		if err := zero(dev, ranges[i][0], ranges[i][1]); err != nil {
			return err
		}
	}

	if err := dev.Sync(); err != nil {
		return err
	}

	return forgetPartitions(dev)
}

func wipeAll(disk string, dev bdgpt.Device, size int64) error {
	blk, err := bdblock.NewFromPath(disk, bdblock.OpenForWrite())
	if err != nil {
		return zero(dev, 0, size)
	}
	defer blk.Close() //nolint:errcheck

	if _, err = blk.Wipe(); err != nil {
		return fmt.Errorf("wipe %s: %w", disk, err)
	}

	return nil
}

// forgetPartitions makes the kernel drop partitions that are no longer there.
func forgetPartitions(dev bdgpt.Device) error {
	last, err := dev.GetKernelLastPartitionNum()
	if err != nil {
		return nil //nolint:nilerr // an image file has none
	}

	for n := 1; n <= last; n++ {
		if err = dev.KernelPartitionDelete(n); err != nil && !errors.Is(err, unix.ENXIO) {
			return fmt.Errorf("remove partition %d: %w", n, err)
		}
	}

	return nil
}

// dropCache makes the next reads come from the disk, not from memory.
func dropCache(disk string) {
	fd, err := unix.Open(disk, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd) //nolint:errcheck

	unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.BLKFLSBUF, 0) //nolint:errcheck
	unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED)                   //nolint:errcheck
}

// partitionNode is the device node of a partition: vda2, nvme0n1p2.
func partitionNode(disk string, number int) string {
	if last := disk[len(disk)-1]; last >= '0' && last <= '9' {
		return disk + "p" + strconv.Itoa(number)
	}

	return disk + strconv.Itoa(number)
}
