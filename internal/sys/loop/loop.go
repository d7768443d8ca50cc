// Package loop attaches files as block devices.
package loop

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Device is an attached file.
type Device struct {
	// Path is the device node, as in /dev/loop0.
	Path string
	f    *os.File
}

// Options of an attachment.
type Options struct {
	ReadOnly bool
	// PartitionScan makes the kernel show the partitions inside.
	PartitionScan bool
	// AutoClear detaches when the last user, a mount for example, is gone.
	AutoClear bool
	// Offset and SizeLimit show a part of the file.
	Offset, SizeLimit uint64
}

// Attach gives the file a free loop device.
func Attach(path string, o Options) (*Device, error) {
	mode := os.O_RDWR
	if o.ReadOnly {
		mode = os.O_RDONLY
	}

	file, err := os.OpenFile(path, mode, 0)
	if err != nil {
		return nil, err
	}

	defer file.Close() //nolint:errcheck

	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("attach %s: %w", path, err)
	}

	defer control.Close() //nolint:errcheck

	config := unix.LoopConfig{Fd: uint32(file.Fd())}
	config.Info.Offset, config.Info.Sizelimit = o.Offset, o.SizeLimit
	copy(config.Info.File_name[:len(config.Info.File_name)-1], path)

	for flag, on := range map[uint32]bool{
		unix.LO_FLAGS_READ_ONLY: o.ReadOnly,
		unix.LO_FLAGS_PARTSCAN:  o.PartitionScan,
		unix.LO_FLAGS_AUTOCLEAR: o.AutoClear,
	} {
		if on {
			config.Info.Flags |= flag
		}
	}

	for {
		n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, fmt.Errorf("find a free loop device for %s: %w", path, err)
		}

		node := fmt.Sprintf("/dev/loop%d", n)

		// Without devtmpfs, as in a container, the kernel's new device has no node.
		if err := unix.Mknod(node, unix.S_IFBLK|0o600, int(unix.Mkdev(7, uint32(n)))); err != nil && !errors.Is(err, unix.EEXIST) {
			return nil, fmt.Errorf("make %s: %w", node, err)
		}

		dev, err := os.OpenFile(node, mode, 0)
		if err != nil {
			return nil, err
		}

		err = unix.IoctlLoopConfigure(int(dev.Fd()), &config)
		if err == nil {
			return &Device{Path: node, f: dev}, nil
		}

		_ = dev.Close()

		// Somebody was faster; ask for another one.
		if !errors.Is(err, unix.EBUSY) {
			return nil, fmt.Errorf("attach %s to %s: %w", path, node, err)
		}
	}
}

// Resize makes the device as large as the file has become.
func (d *Device) Resize() error {
	if err := unix.IoctlSetInt(int(d.f.Fd()), unix.LOOP_SET_CAPACITY, 0); err != nil {
		return fmt.Errorf("resize %s: %w", d.Path, err)
	}

	return nil
}

// Detach lets the file go as soon as nothing uses the device any more.
func (d *Device) Detach() error {
	err := unix.IoctlSetInt(int(d.f.Fd()), unix.LOOP_CLR_FD, 0)

	return errors.Join(err, d.f.Close())
}
