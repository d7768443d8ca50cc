// Package gpt changes GUID partition tables without a moment at which a power
// cut could lose them.
//
// The table format and the kernel calls are go-blockdevice's. What is added is
// the order in which its writes reach the disk, and the repair that goes with
// it. Linux ignores a table whose primary header is damaged unless booted with
// the "gpt" argument, so a cut in the middle of rewriting the primary copy
// would make all partitions vanish. Here the backup copy is written and synced
// first: whenever the primary is torn the backup is whole, and Repair, called
// before a disk is believed to be empty, puts the primary back.
package gpt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/siderolabs/go-blockdevice/v2/block"
	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"
)

// Partition types by their GUID.
var (
	TypeEFI   = uuid.MustParse("C12A7328-F81F-11D2-BA4B-00A0C93EC93B")
	TypeBIOS  = uuid.MustParse("21686148-6449-6E6F-744E-656564454649")
	TypeLinux = uuid.MustParse("0FC63DAF-8483-4772-8E79-3D69D8477DE4")
	TypeSwap  = uuid.MustParse("0657FD6D-A4AB-43C4-84E5-0933C84B4F4F")
)

// MaxLabel is how many UTF-16 units a partition label has room for.
const MaxLabel = 36

// Table is a partition table that is written safely. Partition numbers are the
// kernel's and start at 1.
type Table struct {
	*bdgpt.Table
}

// Device is a disk opened for partitioning, or an image file.
type Device struct {
	bdgpt.Device

	blk *block.Device
	f   *os.File
}

// Open opens a disk for writing and locks it against udev and other programs
// that probe it, so that they do not see half of a change.
func Open(path string) (*Device, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}

	if st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}

		dev, err := bdgpt.DeviceFromFile(f)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}

		return &Device{Device: dev, f: f}, nil
	}

	blk, err := block.NewFromPath(path, block.OpenForWrite())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}

	if err := blk.Lock(true); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), blk.Close())
	}

	dev, err := bdgpt.DeviceFromBlockDevice(blk)
	if err != nil {
		return nil, errors.Join(err, blk.Close())
	}

	return &Device{Device: dev, blk: blk}, nil
}

// Close releases the lock and the disk. udev then probes it again.
func (d *Device) Close() error {
	if d.f != nil {
		return d.f.Close()
	}

	return errors.Join(d.blk.Unlock(), d.blk.Close())
}

// Wrap makes every table of an already open device be written in the safe order.
func Wrap(dev bdgpt.Device) bdgpt.Device { return &ordered{Device: dev} }

// New starts an empty table; nothing is written before Write.
func New(dev *Device, opts ...bdgpt.Option) (*Table, error) {
	t, err := bdgpt.New(Wrap(dev.Device), opts...)
	if err != nil {
		return nil, err
	}

	return &Table{t}, nil
}

// Read reads the table. When the primary copy is damaged and the backup is
// whole, the primary is restored first. Lengths are those of the disk as it is
// now, so writing a table read from an enlarged image moves the backup to the
// new end.
func Read(dev *Device, opts ...bdgpt.Option) (*Table, error) {
	if _, err := Repair(dev.Device); err != nil {
		return nil, err
	}

	t, err := bdgpt.Read(Wrap(dev.Device), opts...)
	if err != nil {
		return nil, err
	}

	return &Table{t}, nil
}

// Find returns the number and a copy of the first partition with the label.
func (t *Table) Find(label string) (number int, p bdgpt.Partition, ok bool) {
	for i, p := range t.Partitions() {
		if p != nil && p.Name == label {
			return i + 1, *p, true
		}
	}

	return 0, bdgpt.Partition{}, false
}

// ordered holds back writes until Sync and then does them in the order that
// keeps one copy of the table valid.
type ordered struct {
	bdgpt.Device

	pending []pendingWrite
}

type pendingWrite struct {
	off  int64
	data []byte
}

func (o *ordered) WriteAt(p []byte, off int64) (int, error) {
	o.pending = append(o.pending, pendingWrite{off, slices.Clone(p)})

	return len(p), nil
}

func (o *ordered) ReadAt(p []byte, off int64) (int, error) { return o.Device.ReadAt(p, off) }

// Sync writes the end of the disk (backup entries and header) and syncs, then
// the start (primary entries, header, protective MBR) and syncs.
//
// A cut in the first half leaves the old primary untouched. A cut in the second
// leaves a backup that Repair uses.
func (o *ordered) Sync() error {
	half := int64(o.GetSize() / 2)

	for _, atEnd := range []bool{true, false} {
		for _, w := range o.pending {
			if (w.off >= half) != atEnd {
				continue
			}

			if _, err := o.Device.WriteAt(w.data, w.off); err != nil {
				return err
			}
		}

		if err := o.Device.Sync(); err != nil {
			return err
		}
	}

	o.pending = nil

	return nil
}

var _ io.ReaderAt = (*ordered)(nil)

// WipeRange makes a part of the disk read as zeroes.
func (d *Device) WipeRange(off, size uint64) error {
	if d.blk != nil {
		if _, err := d.blk.WipeRange(off, size); err != nil {
			return err
		}

		return d.Sync()
	}

	zero := make([]byte, min(size, 1<<20))

	for done := uint64(0); done < size; {
		n, err := d.WriteAt(zero[:min(size-done, uint64(len(zero)))], int64(off+done))
		if err != nil {
			return err
		}

		done += uint64(n)
	}

	return d.Sync()
}
