package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/internal/sys/efivar"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/sys/mount"
)

// upgrade adds a version to a disk that has one.
func (o *Options) upgrade(ctx context.Context, kernel *source) error {
	efi, metaNumber, err := o.findPartitions()
	if err != nil {
		return err
	}

	dir, err := os.MkdirTemp("", "efi-")
	if err != nil {
		return refuse("%v", err)
	}
	defer os.Remove(dir) //nolint:errcheck

	node := partitionNode(o.Disk, efi)
	if err = mount.Filesystem("vfat", node, dir, mount.Flags{NoSuid: true, NoDev: true, NoExec: true}); err != nil {
		return refuse("mount %s: %v", node, err)
	}

	err = o.upgradeESP(ctx, dir, kernel, RunningEntry())
	if err = errors.Join(err, syncFS(dir), mount.Unmount(dir)); err != nil {
		return fmt.Errorf("partition %s: %w", labelEFI, err)
	}

	if len(o.Meta) == 0 {
		return nil
	}

	if err = updateMeta(partitionNode(o.Disk, metaNumber), o.Meta); err != nil {
		return fmt.Errorf("partition %s: %w", labelMeta, err)
	}

	return nil
}

func (o *Options) findPartitions() (efi, metaNumber int, err error) {
	dev, err := gpt.Open(o.Disk)
	if err != nil {
		return 0, 0, refuse("open %s: %v", o.Disk, err)
	}
	defer dev.Close() //nolint:errcheck

	table, err := gpt.Read(dev)
	if err != nil {
		return 0, 0, refuse("read the partition table of %s: %v", o.Disk, err)
	}

	efi, _, ok := table.Find(labelEFI)
	if !ok {
		return 0, 0, refuse("disk %s has no %s partition: install instead of upgrading", o.Disk, labelEFI)
	}

	metaNumber, _, ok = table.Find(labelMeta)
	if !ok {
		return 0, 0, refuse("disk %s has no %s partition: install instead of upgrading", o.Disk, labelMeta)
	}

	return efi, metaNumber, nil
}

// RunningEntry is the boot entry this system was started from, or "" when it was
// not started by systemd-boot.
func RunningEntry() string {
	_, value, err := efivar.Read(efivar.Name{Name: "LoaderEntrySelected", GUID: efivar.Loader})
	if err != nil {
		return ""
	}

	return efivar.DecodeString(value)
}

// upgradeESP works on the mounted partition.
func (o *Options) upgradeESP(ctx context.Context, dir string, kernel *source, running string) error {
	entries, err := Entries(dir)
	if err != nil {
		return err
	}

	config, err := os.ReadFile(filepath.Join(dir, loaderConf))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	find := func(entry string) string {
		for _, e := range entries {
			if strings.EqualFold(e, entry) {
				return e
			}
		}

		return ""
	}

	plan := planUpgrade(o.Assets.Version, entries, find(running), find(defaultEntry(config)), func(name string) bool {
		return sameFile(ctx, filepath.Join(dir, entryDir, name), kernel) == nil
	})

	// Leftovers of an interrupted upgrade and versions given up make room first.
	if err = removeTemporary(filepath.Join(dir, entryDir)); err != nil {
		return err
	}

	for _, name := range plan.Remove {
		o.say("removing %s", name)

		if err = os.Remove(filepath.Join(dir, entryDir, name)); err != nil {
			return err
		}
	}

	if plan.Write {
		o.say("writing %s (%d MiB)", plan.Entry, kernel.size/mib)

		if err = placeFile(ctx, filepath.Join(dir, entryDir, plan.Entry), kernel); err != nil {
			return err
		}
	}

	if err = o.updateLoader(ctx, dir); err != nil {
		return err
	}

	o.say("%s starts at the next boot", plan.Entry)

	return SetDefault(dir, plan.Entry)
}

// Entries lists the boot entries on a mounted EFI partition, sorted by name.
func Entries(dir string) ([]string, error) {
	files, err := os.ReadDir(filepath.Join(dir, entryDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}

	var entries []string

	for _, f := range files {
		if _, ok := EntryVersion(f.Name()); ok {
			entries = append(entries, f.Name())
		}
	}

	return entries, nil
}

// Default is the entry a mounted EFI partition boots, "" when nothing says so.
func Default(dir string) (string, error) {
	config, err := os.ReadFile(filepath.Join(dir, loaderConf))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}

	return defaultEntry(config), err
}

// SetDefault makes an entry the one that boots. Upgrades end with it and
// rollbacks consist of it.
func SetDefault(dir, entry string) error {
	entries, err := Entries(dir)
	if err != nil {
		return err
	}

	if !slices.Contains(entries, entry) {
		return fmt.Errorf("there is no boot entry %s (have %s)", entry, strings.Join(entries, ", "))
	}

	if err = os.MkdirAll(filepath.Join(dir, filepath.Dir(loaderConf)), 0o755); err != nil {
		return err
	}

	return atomicfile.Write(filepath.Join(dir, loaderConf), loaderConfig(entry), 0o644)
}

// updateLoader replaces systemd-boot where it differs.
func (o *Options) updateLoader(ctx context.Context, dir string) error {
	loader, err := openSource(o.Assets.BootLoader)
	if err != nil {
		return err
	}
	defer loader.close()

	for _, f := range espFiles(o.Assets.Arch, "", loader, loader)[:2] {
		path := filepath.Join(dir, f.Path)
		if sameFile(ctx, path, loader) == nil {
			continue
		}

		o.say("updating %s", f.Path)

		if err = os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}

		if err = placeFile(ctx, path, loader); err != nil {
			return err
		}
	}

	return nil
}

// temporaryEnd is not .efi, so the boot loader never offers such a file.
const temporaryEnd = ".new"

func removeTemporary(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, "*"+temporaryEnd))
	if err != nil {
		return err
	}

	for _, path := range left {
		if err = os.Remove(path); err != nil {
			return err
		}
	}

	return nil
}

// placeFile writes under a temporary name, compares what arrived on the disk, and
// renames. FAT has no journal: every step is synced before the next.
func placeFile(ctx context.Context, path string, content *source) error {
	temporary := path + temporaryEnd

	if err := writeSynced(temporary, content); err != nil {
		os.Remove(temporary) //nolint:errcheck

		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}

	if err := sameFile(ctx, temporary, content); err != nil {
		os.Remove(temporary) //nolint:errcheck

		return fmt.Errorf("verify %s: %w", filepath.Base(path), err)
	}

	if err := os.Rename(temporary, path); err != nil {
		return err
	}

	return syncFS(filepath.Dir(path))
}

func writeSynced(path string, content *source) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}

	_, err = io.Copy(f, io.NewSectionReader(content, 0, content.size))

	return errors.Join(err, f.Sync(), f.Close())
}

// sameFile compares a file with its source, reading from the disk itself.
func sameFile(ctx context.Context, path string, content *source) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	st, err := f.Stat()
	if err != nil {
		return err
	}

	if st.Size() != content.size {
		return fmt.Errorf("%d bytes instead of %d", st.Size(), content.size)
	}

	unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) //nolint:errcheck // cached pages are still a comparison

	return compare(ctx, f, content, content.size)
}

func syncFS(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck

	return unix.Syncfs(int(d.Fd()))
}

func updateMeta(node string, values map[uint8]string) error {
	f, err := os.OpenFile(node, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	all, err := meta.ReadArea(f, MetaSize)
	if err != nil {
		return err
	}

	for tag, value := range metaValues(values) {
		all[tag] = value
	}

	return meta.WriteArea(f, MetaSize, all)
}
