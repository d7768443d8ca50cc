package block

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/siderolabs/go-blockdevice/v2/blkid"
	bd "github.com/siderolabs/go-blockdevice/v2/block"
	"golang.org/x/sys/unix"
)

// Properties is what a disk says about itself.
type Properties struct {
	Size       uint64
	IOSize     uint
	SectorSize uint
	ReadOnly   bool
	CDROM      bool
	// Private devices are the insides of device-mapper stacks; nobody should use them.
	Private bool

	bd.DeviceProperties
}

// Inspect opens a disk and reads its properties.
func Inspect(d Device) (Properties, error) {
	dev, err := bd.NewFromPath(d.Node())
	if err != nil {
		return Properties{}, fmt.Errorf("open %s: %w", d.Node(), err)
	}

	defer dev.Close() //nolint:errcheck

	var (
		p    Properties
		errs [3]error
	)

	p.Size, errs[0] = dev.GetSize()
	p.IOSize, errs[1] = dev.GetIOSize()
	p.SectorSize = dev.GetSectorSize()
	p.CDROM = dev.IsCD()
	p.ReadOnly, errs[2] = dev.IsReadOnly()
	p.Private, _ = dev.IsPrivateDeviceMapper()

	if err := errors.Join(errs[:]...); err != nil {
		return Properties{}, fmt.Errorf("read properties of %s: %w", d.Node(), err)
	}

	if props, err := dev.GetProperties(); err == nil {
		p.DeviceProperties = *props
	}

	return p, nil
}

// Content is what probing found on a device or in one of its partitions.
type Content struct {
	// Type is the file system or table: xfs, vfat, gpt, luks, ..., or empty.
	Type                string
	UUID, Label         string
	BlockSize           uint32
	FilesystemBlockSize uint32
	ProbedSize          uint64

	// The rest is set for partitions.
	Index          uint
	Offset, Size   uint64
	PartitionUUID  string
	PartitionType  string
	PartitionLabel string
}

// Found is the result of probing one device.
type Found struct {
	Size       uint64
	SectorSize uint
	IOSize     uint
	// Whole is the device itself.
	Whole Content
	// Partitions are what its table lists, whether the kernel knows them or not.
	Partitions []Content
}

// busyWait is how long a probe waits for somebody who has the device locked, for
// instance while writing a partition table.
const busyWait = 5 * time.Second

// ErrBusy says that another program holds the device's lock. The lock's end is
// seen as a change event by udev, and the device can be probed then.
var ErrBusy = errors.New("device is locked by another program")

// Probe reads what is on a device, by its node.
func Probe(node string) (Found, error) {
	deadline := time.Now().Add(busyWait)

	for {
		info, err := blkid.ProbePath(node)

		switch {
		case err == nil:
			return found(info), nil
		case errors.Is(err, unix.ENOMEDIUM):
			return Found{}, nil
		case errors.Is(err, blkid.ErrFailedLock):
			if time.Now().After(deadline) {
				return Found{}, fmt.Errorf("probe %s: %w", node, ErrBusy)
			}

			time.Sleep(50 * time.Millisecond)
		case errors.Is(err, os.ErrNotExist):
			return Found{}, err
		default:
			return Found{}, fmt.Errorf("probe %s: %w", node, err)
		}
	}
}

func found(info *blkid.Info) Found {
	f := Found{Size: info.Size, SectorSize: info.SectorSize, IOSize: info.IOSize, Whole: content(info.ProbeResult)}

	for _, part := range info.Parts {
		c := content(part.ProbeResult)
		c.Index, c.Offset, c.Size = part.PartitionIndex, part.PartitionOffset, part.PartitionSize

		if part.PartitionUUID != nil {
			c.PartitionUUID = part.PartitionUUID.String()
		}

		if part.PartitionType != nil {
			c.PartitionType = part.PartitionType.String()
		}

		if part.PartitionLabel != nil {
			c.PartitionLabel = *part.PartitionLabel
		}

		f.Partitions = append(f.Partitions, c)
	}

	return f
}

func content(r blkid.ProbeResult) Content {
	c := Content{
		Type: r.Name, BlockSize: r.BlockSize,
		FilesystemBlockSize: r.FilesystemBlockSize, ProbedSize: r.ProbedSize,
	}

	if r.UUID != nil {
		c.UUID = r.UUID.String()
	}

	if r.Label != nil {
		c.Label = *r.Label
	}

	return c
}
