package imager

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	"github.com/talos-os/talos/internal/install"
	"github.com/talos-os/talos/internal/sys/fat32"
)

// isoLabel is the volume label by which the node recognises its own medium.
const isoLabel = "TALOS"

// ISO writes an image for UEFI machines, for optical drives (El Torito) and USB
// sticks (GPT) alike. Both point at one embedded EFI partition.
func (b *Builder) ISO(ctx context.Context, uki, path string) error {
	dir, err := os.MkdirTemp(b.Work, "iso-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck

	esp := filepath.Join(dir, "efi.img")
	if err = b.isoESP(uki, esp); err != nil {
		return fmt.Errorf("EFI partition of the ISO: %w", err)
	}

	tree := filepath.Join(dir, "tree")
	if err = os.MkdirAll(tree, 0o755); err != nil {
		return err
	}

	if err = os.WriteFile(filepath.Join(tree, "README.TXT"),
		fmt.Appendf(nil, "%s %s for UEFI machines (%s). There is nothing else to see here.\n", b.Name, b.Version, b.Arch), 0o644); err != nil {
		return err
	}

	stamp := b.Epoch.UTC().Format("20060102150405") + "00"

	cmd, err := b.Parts.Tool(ctx, "/usr/bin/xorriso", "-as", "mkisofs", "-quiet", "-o", path,
		"-V", isoLabel, "-r", "-J", "--modification-date="+stamp, "--set_all_file_dates", stamp,
		"-append_partition", "2", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", esp, "-appended_part_as_gpt",
		"-partition_offset", "16",
		"-e", "--interval:appended_partition_2:all::", "-no-emul-boot", tree)
	if err != nil {
		return fmt.Errorf("find xorriso: %w", err)
	}

	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", b.Epoch.Unix()), "TZ=UTC", "LC_ALL=C")

	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("xorriso: %w\n%s", err, out)
	}

	return nil
}

// isoESP makes the EFI partition: boot loader, and the same entry a disk gets.
func (b *Builder) isoESP(uki, path string) error {
	kernel, err := os.Open(uki)
	if err != nil {
		return err
	}
	defer kernel.Close() //nolint:errcheck

	st, err := kernel.Stat()
	if err != nil {
		return err
	}

	loader, err := os.ReadFile(b.efi("systemd-boot%s.efi"))
	if err != nil {
		return err
	}

	entry := install.EntryName(b.Version, 0)
	config := fmt.Appendf(nil, "default %s\ntimeout 0\neditor no\n", entry)

	files := []fat32.File{
		{Path: "EFI/BOOT/" + install.BootName(b.Arch), Content: bytes.NewReader(loader), Size: int64(len(loader))},
		{Path: "loader/loader.conf", Content: bytes.NewReader(config), Size: int64(len(config))},
		{Path: "EFI/Linux/" + entry, Content: kernel, Size: st.Size()},
	}

	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	// Room for the file system's own tables, and at least what FAT32 needs.
	size := max((st.Size()+st.Size()/50+4<<20)>>20<<20, 64<<20)
	if err = f.Truncate(size); err != nil {
		return err
	}

	serial := sha256.Sum256([]byte(b.Version))

	return fat32.Write(f, fat32.Options{
		Size: size, Label: "EFI", Time: b.Epoch, Serial: binary.LittleEndian.Uint32(serial[:]),
	}, files)
}
