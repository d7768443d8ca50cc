// Package block reads what block devices there are and what is on them.
//
// /sys says what exists, go-blockdevice's probing says what it holds. Nothing
// here watches or writes; who wants to be told about changes listens to
// internal/sys/uevent and looks again.
package block

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/talos-os/talos/internal/sys/attr"
)

// Device is one entry of /sys/class/block.
type Device struct {
	// Name is the kernel's name, as in "vda1"; its node is /dev/<Name> with '!' read as '/'.
	Name         string
	Major, Minor int
	// Partition is the number of a partition, 0 for a whole disk.
	Partition int
	// PartitionName is the label the kernel read from the partition table.
	PartitionName string
	// Parent is the disk a partition is on.
	Parent string
	// Secondaries are the devices a device-mapper or RAID device is made of.
	Secondaries []string
	// SysPath is the device's directory below /sys.
	SysPath string
	// Sequence is the kernel's disk sequence number: another disk under the same name has another.
	Sequence uint64
	// Size in bytes; zero for a drive without medium and an unused loop device.
	Size uint64
}

// Node is the device's path below /dev.
func (d Device) Node() string { return "/dev/" + strings.ReplaceAll(d.Name, "!", "/") }

// List reads all devices below root, which is /sys outside of tests, sorted by name.
func List(root string) ([]Device, error) {
	dir := filepath.Join(root, "class/block")

	entries, err := os.ReadDir(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}

		return nil, fmt.Errorf("list block devices: %w", err)
	}

	devices := make([]Device, 0, len(entries))

	for _, e := range entries {
		// A device that goes away while being read is simply not there; its
		// remove event follows.
		if d, err := read(filepath.Join(dir, e.Name())); err == nil {
			devices = append(devices, d)
		}
	}

	slices.SortFunc(devices, func(a, b Device) int { return strings.Compare(a.Name, b.Name) })

	return devices, nil
}

func read(link string) (Device, error) {
	path, err := follow(link)
	if err != nil {
		return Device{}, err
	}

	d := Device{Name: filepath.Base(link), SysPath: path}

	text, err := attr.Read(filepath.Join(path, "uevent"))
	if err != nil {
		return Device{}, err
	}

	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")

		switch key {
		case "MAJOR":
			d.Major, _ = strconv.Atoi(value)
		case "MINOR":
			d.Minor, _ = strconv.Atoi(value)
		case "PARTN":
			d.Partition, _ = strconv.Atoi(value)
		case "PARTNAME":
			d.PartitionName = value
		case "DISKSEQ":
			d.Sequence, _ = strconv.ParseUint(value, 10, 64)
		}
	}

	if size, err := attr.Read(filepath.Join(path, "size")); err == nil {
		// Always in units of 512 bytes, whatever the sector size.
		n, _ := strconv.ParseUint(strings.TrimSpace(string(size)), 10, 64)
		d.Size = n * 512
	}

	if d.Partition > 0 {
		d.Parent = filepath.Base(filepath.Dir(path))

		return d, nil
	}

	slaves, err := os.ReadDir(filepath.Join(path, "slaves"))
	if err != nil {
		return d, nil //nolint:nilerr // not every device has any
	}

	for _, s := range slaves {
		d.Secondaries = append(d.Secondaries, s.Name())
	}

	return d, nil
}

// follow is where a link leads. Those of sysfs and udev lead straight to a device
// and not over other links: looking at every directory on the way, as
// filepath.EvalSymlinks does, takes ten calls of the kernel more for each of them.
func follow(link string) (string, error) {
	target, err := os.Readlink(link)
	if err != nil || filepath.IsAbs(target) {
		return target, err
	}

	return filepath.Join(filepath.Dir(link), target), nil
}

// Links reads the symbolic links udev made below dir (/dev/disk), by the name
// of the device they lead to.
func Links(dir string) (map[string][]string, error) {
	links := map[string][]string{}

	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink == 0 {
			return ignoreMissing(err)
		}

		target, err := follow(path)
		if err != nil {
			return ignoreMissing(err)
		}

		if name, ok := strings.CutPrefix(target, "/dev/"); ok {
			name = strings.ReplaceAll(name, "/", "!")
			links[name] = append(links[name], path)
		}

		return nil
	})

	return links, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}

	return err
}
