package install

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"

	"github.com/talos-os/talos/internal/sys/fat32"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/meta"
)

const mib = 1 << 20

// Sizes of what is on the disk.
const (
	// EFISize leaves room for several kernel images with extensions.
	EFISize = 2203058176
	// MetaSize is fixed by the format.
	MetaSize = mib
	// firstOffset is where the first partition starts.
	firstOffset = mib
	// imageSize is a disk image: the partitions and both copies of the table.
	imageSize = firstOffset + EFISize + MetaSize + mib
	// MinDiskSize adds the smallest STATE and EPHEMERAL the node then makes.
	MinDiskSize = imageSize + 100*mib + 2048*mib
)

// Partition labels.
const (
	labelEFI  = "EFI"
	labelMeta = "META"
)

// fresh installs on a disk that may hold anything.
func (o *Options) fresh(ctx context.Context, kernel *source) error {
	if err := o.checkTarget(); err != nil {
		return err
	}

	dev, err := gpt.Open(o.Disk)
	if err != nil {
		return refuse("open %s: %v", o.Disk, err)
	}
	defer dev.Close() //nolint:errcheck

	if need := uint64(MinDiskSize); dev.GetSize() < need {
		return refuse("disk %s has %d MiB, the system needs %d MiB", o.Disk, dev.GetSize()/mib, need/mib)
	}

	if err = o.clear(dev.Device); err != nil {
		return err
	}

	return o.write(ctx, dev, kernel, identity{now: time.Now()})
}

// identity is what makes two installations different. Left empty, it is random.
type identity struct {
	seed string
	now  time.Time
}

// guid is random on a node, and the same for the same seed in an image.
func (id identity) guid(what string) uuid.UUID {
	if id.seed == "" {
		return uuid.New()
	}

	sum := sha256.Sum256([]byte(id.seed + "\x00" + what))

	return uuid.NewHash(sha256.New(), uuid.Nil, sum[:], 8)
}

// write fills the partitions, compares them with their sources, and then makes
// them visible by writing the partition table.
func (o *Options) write(ctx context.Context, dev *gpt.Device, kernel *source, id identity) error {
	table, err := gpt.New(dev, bdgpt.WithDiskGUID(id.guid("disk")))
	if err != nil {
		return fmt.Errorf("partition table: %w", err)
	}

	_, efi, err := table.AllocatePartition(EFISize, labelEFI, gpt.TypeEFI, bdgpt.WithUniqueGUID(id.guid(labelEFI)))
	if err != nil {
		return fmt.Errorf("partition %s: %w", labelEFI, err)
	}

	_, metaPart, err := table.AllocatePartition(MetaSize, labelMeta, gpt.TypeLinux, bdgpt.WithUniqueGUID(id.guid(labelMeta)))
	if err != nil {
		return fmt.Errorf("partition %s: %w", labelMeta, err)
	}

	sector := int64(dev.GetSectorSize())
	entry := EntryName(o.Assets.Version, 0)

	loader, err := openSource(o.Assets.BootLoader)
	if err != nil {
		return err
	}
	defer loader.close()

	serial := id.guid("ESP")
	espOptions := fat32.Options{
		Size: EFISize, SectorSize: int(sector), Label: labelEFI, Time: id.now,
		Serial: binary.LittleEndian.Uint32(serial[:]), HiddenSectors: uint32(efi.FirstLBA),
	}
	files := espFiles(o.Assets.Arch, entry, kernel, loader)
	window := newWindow(dev, int64(efi.FirstLBA)*sector, EFISize)

	o.say("writing %s (%d MiB) to the EFI partition of %s", entry, kernel.size/mib, o.Disk)

	if err = fat32.Write(window, espOptions, files); err != nil {
		return fmt.Errorf("partition %s: %w", labelEFI, err)
	}

	if err = o.writeMeta(newWindow(dev, int64(metaPart.FirstLBA)*sector, MetaSize)); err != nil {
		return fmt.Errorf("partition %s: %w", labelMeta, err)
	}

	// What comes after META must not look like a STATE of an earlier installation.
	after := newWindow(dev, int64(metaPart.LastLBA+1)*sector, mib)
	if err = zero(after, 0, min(mib, int64(dev.GetSize())-after.off)); err != nil {
		return err
	}

	if err = dev.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", o.Disk, err)
	}

	o.say("comparing what was written")
	dropCache(o.Disk)

	if err = verifyESP(ctx, window, espOptions, files); err != nil {
		return fmt.Errorf("partition %s: %w", labelEFI, err)
	}

	o.say("writing the partition table")

	if err = table.Write(); err != nil {
		return fmt.Errorf("partition table: %w", err)
	}

	return dev.Sync()
}

func espFiles(arch, entry string, kernel, loader *source) []fat32.File {
	config := loaderConfig(entry)

	systemdName := "systemd-bootx64.efi"
	if arch == "arm64" {
		systemdName = "systemd-bootaa64.efi"
	}

	return []fat32.File{
		{Path: "EFI/BOOT/" + bootNames[arch], Content: loader, Size: loader.size},
		{Path: "EFI/systemd/" + systemdName, Content: loader, Size: loader.size},
		{Path: loaderConf, Content: bytes.NewReader(config), Size: int64(len(config))},
		{Path: entryDir + "/" + entry, Content: kernel, Size: kernel.size},
	}
}

func verifyESP(ctx context.Context, r io.ReaderAt, o fat32.Options, files []fat32.File) error {
	places, err := fat32.Places(o, files)
	if err != nil {
		return err
	}

	for _, f := range files {
		section := io.NewSectionReader(r, places[f.Path], f.Size)
		if err = compare(ctx, section, f.Content, f.Size); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}

	return nil
}

func (o *Options) writeMeta(w *window) error {
	if err := zero(w, 0, MetaSize); err != nil {
		return err
	}

	if len(o.Meta) == 0 {
		return nil // an area never written is valid and empty
	}

	return meta.WriteArea(w, MetaSize, metaValues(o.Meta))
}

func metaValues(values map[uint8]string) map[meta.Tag][]byte {
	out := map[meta.Tag][]byte{}
	for tag, value := range values {
		out[meta.Tag(tag)] = []byte(value)
	}

	return out
}

// blockIO is what is needed of a disk to fill partitions.
type blockIO interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}

// window is a part of a disk. Writing outside it is an error, not an accident.
type window struct {
	disk      blockIO
	off, size int64
}

func newWindow(disk blockIO, off, size int64) *window { return &window{disk, off, size} }

var errOutside = errors.New("outside the partition")

func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off+int64(len(p)) > w.size {
		return 0, errOutside
	}

	return w.disk.ReadAt(p, w.off+off)
}

func (w *window) WriteAt(p []byte, off int64) (int, error) {
	if off < 0 || off+int64(len(p)) > w.size {
		return 0, errOutside
	}

	return w.disk.WriteAt(p, w.off+off)
}

func (w *window) Sync() error { return w.disk.Sync() }

func zero(w io.WriterAt, off, size int64) error {
	if size <= 0 {
		return nil
	}

	block := make([]byte, min(size, mib))

	for done := int64(0); done < size; done += int64(len(block)) {
		if _, err := w.WriteAt(block[:min(int64(len(block)), size-done)], off+done); err != nil {
			return fmt.Errorf("clear %d bytes at %d: %w", size, off, err)
		}
	}

	return nil
}
