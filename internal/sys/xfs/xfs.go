// Package xfs makes, grows and checks XFS file systems.
package xfs

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	mkfs   = "/usr/sbin/mkfs.xfs"
	repair = "/usr/sbin/xfs_repair"

	// MinSize is below which mkfs.xfs refuses unless told that it is for tests.
	MinSize = 300 << 20
)

// Options of a new file system.
type Options struct {
	Label string
	// MinAllocationGroupSize bounds the number of allocation groups on big disks; zero leaves it to mkfs.
	MinAllocationGroupSize uint64
	// Size of the device, to choose sane parameters.
	Size uint64
}

// Make formats a device. Whatever was on it is lost.
func Make(ctx context.Context, device string, o Options) error {
	// Without -K the whole device is discarded first, which takes minutes on
	// some disks while a node waits; trimming later does the same.
	args := []string{"-q", "-f", "-K"}

	if o.Size > 0 && o.Size < MinSize {
		// STATE has 100 MiB, which mkfs.xfs refuses since xfsprogs 6.0 unless
		// told so; the file system itself has worked at that size all along.
		args = append(args, "--unsupported")
	}

	if o.MinAllocationGroupSize > 0 && o.Size/o.MinAllocationGroupSize > 0 {
		args = append(args, "-d", fmt.Sprintf("agcount=%d", max(1, min(o.Size/o.MinAllocationGroupSize, 4))))
	}

	if o.Label != "" {
		args = append(args, "-L", label(o.Label))
	}

	return run(ctx, mkfs, append(args, device)...)
}

// label cuts to the 12 bytes XFS has room for.
func label(s string) string { return s[:min(len(s), 12)] }

// Repair checks and mends a file system that is not mounted. A dirty log, the
// usual trace of a power cut, is replayed by mounting and not by this.
func Repair(ctx context.Context, device string) error {
	return run(ctx, repair, device)
}

func run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")

	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}

	return nil
}

// From fs/xfs/libxfs/xfs_fs.h; the ioctl numbers carry the struct sizes.
const (
	ioctlGeometry = 0x8100587e // _IOR('X', 126, 256 bytes)
	ioctlGrowData = 0x4010586e // _IOW('X', 110, struct xfs_growfs_data)
)

type growData struct {
	newBlocks uint64
	imaxPct   uint32
	_         uint32
}

// Grow makes a mounted file system use deviceSize bytes and reports whether
// anything changed. Growing is journaled: a cut leaves the old or the new size.
func Grow(mountPoint string, deviceSize uint64) (bool, error) {
	dir, err := os.Open(mountPoint)
	if err != nil {
		return false, err
	}

	defer dir.Close() //nolint:errcheck

	var geo [256]byte
	if err := ioctl(dir, ioctlGeometry, unsafe.Pointer(&geo)); err != nil {
		return false, fmt.Errorf("read geometry of %s: %w", mountPoint, err)
	}

	// struct xfs_fsop_geom: blocksize u32 at 0, agblocks u32 at 8, imaxpct u32
	// at 28, datablocks u64 at 32.
	blockSize := uint64(binary.NativeEndian.Uint32(geo[0:]))
	agBlocks := uint64(binary.NativeEndian.Uint32(geo[8:]))
	imaxPct := binary.NativeEndian.Uint32(geo[28:])
	blocks := binary.NativeEndian.Uint64(geo[32:])

	if blockSize == 0 || agBlocks == 0 {
		return false, fmt.Errorf("read geometry of %s: the kernel returned zeroes", mountPoint)
	}

	want := deviceSize / blockSize
	if want <= blocks {
		return false, nil
	}

	// A last allocation group of under 64 blocks is not made by the kernel,
	// which would keep us trying at every boot.
	if want/agBlocks == (blocks-1)/agBlocks+1 && want%agBlocks < 64 && blocks%agBlocks == 0 {
		return false, nil
	}

	grow := growData{newBlocks: want, imaxPct: imaxPct}
	if err := ioctl(dir, ioctlGrowData, unsafe.Pointer(&grow)); err != nil {
		if errors.Is(err, unix.EINVAL) && want-blocks < 64 {
			return false, nil
		}

		return false, fmt.Errorf("grow %s to %d blocks: %w", mountPoint, want, err)
	}

	return true, nil
}

func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), request, uintptr(arg)); errno != 0 {
		return errno
	}

	return nil
}

// Unfinished reports whether a device carries the superblock of a file system
// whose making was interrupted: mkfs.xfs sets sb_inprogress first and clears it last.
func Unfinished(device string) (bool, error) {
	f, err := os.Open(device)
	if err != nil {
		return false, err
	}

	defer f.Close() //nolint:errcheck

	sb := make([]byte, 512)
	if _, err := f.ReadAt(sb, 0); err != nil {
		return false, fmt.Errorf("read superblock of %s: %w", device, err)
	}

	return string(sb[:4]) == "XFSB" && sb[126] != 0, nil
}
