package install

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/uki"
)

// stub is the smallest PE file the uki package accepts.
func stub() []byte {
	b := make([]byte, 0x600)
	copy(b, "MZ")
	binary.LittleEndian.PutUint32(b[0x3c:], 0x80)
	copy(b[0x80:], "PE\x00\x00")
	binary.LittleEndian.PutUint16(b[0x86:], 1)     // one section
	binary.LittleEndian.PutUint16(b[0x94:], 240)   // optional header
	binary.LittleEndian.PutUint16(b[0x98:], 0x20b) // PE32+
	binary.LittleEndian.PutUint32(b[0x98+32:], 4096)
	binary.LittleEndian.PutUint32(b[0x98+36:], 512)
	section := b[0x98+240:]
	copy(section, ".text")
	binary.LittleEndian.PutUint32(section[8:], 512)
	binary.LittleEndian.PutUint32(section[12:], 4096)
	binary.LittleEndian.PutUint32(section[16:], 512)
	binary.LittleEndian.PutUint32(section[20:], 0x400)

	return b
}

func assets(t *testing.T, version string) Assets {
	t.Helper()

	dir := t.TempDir()
	a := Assets{UKI: filepath.Join(dir, "vmlinuz.efi"), BootLoader: filepath.Join(dir, "systemd-boot.efi"), Version: version, Arch: "amd64"}

	image, err := uki.Build(stub(), []uki.Section{
		{Name: uki.Cmdline, Data: []byte("talos.platform=metal quiet"), Reserve: 512},
		{Name: ".linux", Data: bytes.Repeat([]byte(version), 100000)},
	})
	if err != nil {
		t.Fatal(err)
	}

	for path, data := range map[string][]byte{a.UKI: image, a.BootLoader: append(stub(), "loader"...)} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}

	return a
}

func emptyDisk(t *testing.T, size int64) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}

	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}

	return path
}

func TestFreshInstallation(t *testing.T) {
	t.Parallel()

	disk := emptyDisk(t, MinDiskSize)

	var lines []string

	o := Options{
		Disk: disk, Assets: assets(t, "v1.14.0"), Meta: map[uint8]string{10: "network"},
		ExtraKernelArgs: []string{"talos.platform=nocloud", "console=ttyS1"},
		Progress:        func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) },
	}
	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}

	dev, err := gpt.Open(disk)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close() //nolint:errcheck

	table, err := gpt.Read(dev)
	if err != nil {
		t.Fatal(err)
	}

	_, efi, ok1 := table.Find("EFI")
	_, metaPart, ok2 := table.Find("META")

	if !ok1 || !ok2 || efi.TypeGUID != gpt.TypeEFI || metaPart.TypeGUID != gpt.TypeLinux {
		t.Fatalf("partitions %v", table.Partitions())
	}

	if size := (efi.LastLBA - efi.FirstLBA + 1) * 512; size != EFISize {
		t.Errorf("EFI partition has %d bytes", size)
	}

	values, err := meta.ReadArea(newWindow(dev, int64(metaPart.FirstLBA)*512, MetaSize), MetaSize)
	if err != nil || string(values[10]) != "network" {
		t.Errorf("META %q: %v", values, err)
	}

	got := readESP(t, disk, "EFI/Linux/Talos-v1.14.0.efi")

	cmdline, err := uki.Read(got, uki.Cmdline)
	if err != nil || string(cmdline) != "quiet talos.platform=nocloud console=ttyS1" {
		t.Errorf("command line %q: %v", cmdline, err)
	}

	if linux, err := uki.Read(got, ".linux"); err != nil || !bytes.HasPrefix(linux, []byte("v1.14.0v1.14.0")) {
		t.Errorf("kernel: %v", err)
	}

	if conf := readESP(t, disk, "loader/loader.conf"); defaultEntry(conf) != "Talos-v1.14.0.efi" {
		t.Errorf("loader.conf:\n%s", conf)
	}
}

// readESP reads a file with an implementation of FAT that is not ours.
func readESP(t *testing.T, disk, path string) []byte {
	t.Helper()

	mtype, err := exec.LookPath("mtype")
	if err != nil {
		t.Skip("mtools is not installed")
	}

	out, err := exec.Command(mtype, "-i", disk+"@@1M", "::/"+path).Output()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}

	return out
}

func TestRefusalsWriteNothing(t *testing.T) {
	t.Parallel()

	good := assets(t, "v1.14.0")
	text := filepath.Join(t.TempDir(), "text")

	if err := os.WriteFile(text, []byte("no program"), 0o644); err != nil {
		t.Fatal(err)
	}

	for name, change := range map[string]func(o *Options){
		"disk is too small":      func(o *Options) { o.Disk = emptyDisk(t, MinDiskSize-1<<20) },
		"no such disk":           func(o *Options) { o.Disk += "x" },
		"no disk":                func(o *Options) { o.Disk = "" },
		"a directory":            func(o *Options) { o.Disk = t.TempDir() },
		"a character device":     func(o *Options) { o.Disk = "/dev/null" },
		"asset is not a program": func(o *Options) { o.Assets.UKI = text },
		"no boot loader":         func(o *Options) { o.Assets.BootLoader = "/nowhere" },
		"version with a slash":   func(o *Options) { o.Assets.Version = "v1/../.." },
		"strange architecture":   func(o *Options) { o.Assets.Arch = "m68k" },
		"command line too long":  func(o *Options) { o.ExtraKernelArgs = []string{strings.Repeat("x", 600)} },
		"nothing to upgrade":     func(o *Options) { o.Upgrade = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			disk := emptyDisk(t, MinDiskSize)
			o := Options{Disk: disk, Assets: good}
			change(&o)

			err := Run(t.Context(), o)
			if !IsRefused(err) {
				t.Errorf("not refused: %v", err)
			}

			f, err := os.Open(o.Disk)
			if err != nil || o.Disk == "/dev/null" {
				return
			}
			defer f.Close() //nolint:errcheck

			start := make([]byte, 1<<20)
			if _, err = f.Read(start); err == nil && len(bytes.Trim(start, "\x00")) > 0 {
				t.Error("something was written")
			}
		})
	}
}

func TestStaleFileSystemsAreGone(t *testing.T) {
	t.Parallel()

	disk := emptyDisk(t, MinDiskSize)
	o := Options{Disk: disk, Assets: assets(t, "v1.14.0")}

	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}

	// What a first run would have made after META.
	f, err := os.OpenFile(disk, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck

	at := int64(firstOffset + EFISize + MetaSize)
	if _, err = f.WriteAt([]byte("XFSB"), at); err != nil {
		t.Fatal(err)
	}

	if err = Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}

	magic := make([]byte, 4)
	if _, err = f.ReadAt(magic, at); err != nil || string(magic) == "XFSB" {
		t.Errorf("the old STATE is still there: %q %v", magic, err)
	}
}

func TestImageIsReproducible(t *testing.T) {
	t.Parallel()

	o := Options{Assets: assets(t, "v1.14.0")}

	var sums [2][32]byte

	for i := range sums {
		path := filepath.Join(t.TempDir(), "image")
		if err := WriteImage(t.Context(), path, o, time.Unix(1700000000, 0)); err != nil {
			t.Fatal(err)
		}

		// The last and first 16 MiB have everything but zeros and the kernel.
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck

		data := make([]byte, 32<<20)
		if _, err = f.ReadAt(data[:16<<20], 0); err != nil {
			t.Fatal(err)
		}

		if _, err = f.ReadAt(data[16<<20:], imageSize-16<<20); err != nil {
			t.Fatal(err)
		}

		sums[i] = sha256.Sum256(data)
	}

	if sums[0] != sums[1] {
		t.Error("two images of the same assets differ")
	}
}

func TestPlanUpgrade(t *testing.T) {
	t.Parallel()

	const a, b, c = "Talos-v1.13.0.efi", "Talos-v1.14.0.efi", "Talos-v1.12.0.efi"

	for _, row := range []struct {
		name             string
		present          []string
		running, def, eq string
		entry            string
		write            bool
		remove           []string
	}{
		{"a newer version joins the running one", []string{a}, a, a, "", b, true, nil},
		{"the one before the running one makes room", []string{c, a}, a, a, "", b, true, []string{c}},
		{"running the same build already", []string{b}, b, b, b, b, false, nil},
		{"another build of the running version gets its own name", []string{b}, b, b, "", "Talos-v1.14.0~1.efi", true, nil},
		{"a third build replaces the first", []string{b, "Talos-v1.14.0~1.efi"}, "Talos-v1.14.0~1.efi", "Talos-v1.14.0~1.efi", "", b, true, nil},
		{"after a rollback the bad version is replaced", []string{a, b}, a, a, "", b, true, nil},
		{"not started by systemd-boot: the default is kept", []string{c, a}, "", a, "", b, true, []string{c}},
		{"an empty partition", nil, "", "", "", b, true, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()

			p := planUpgrade("v1.14.0", row.present, row.running, row.def, func(name string) bool { return name == row.eq })
			if p.Entry != row.entry || p.Write != row.write || !slices.Equal(p.Remove, row.remove) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestUpgradeOnTheEFIPartition(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	files := map[string]string{
		"EFI/Linux/Talos-v1.13.0.efi":     "running",
		"EFI/Linux/Talos-v1.12.0.efi":     "old",
		"EFI/Linux/Talos-v1.14.0.efi.new": "left by a power cut",
		"EFI/Linux/other.efi":             "somebody else's",
		"loader/loader.conf":              "default Talos-v1.13.0.efi\n",
	}

	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	o := Options{Assets: assets(t, "v1.14.0")}

	kernel, err := o.kernelImage()
	if err != nil {
		t.Fatal(err)
	}
	defer kernel.close()

	// Firmware and boot loader do not agree on upper and lower case.
	if err = o.upgradeESP(context.Background(), dir, kernel, "talos-V1.13.0.efi"); err != nil {
		t.Fatal(err)
	}

	list, err := filepath.Glob(filepath.Join(dir, "EFI/Linux/*"))
	if err != nil {
		t.Fatal(err)
	}

	for i := range list {
		list[i] = filepath.Base(list[i])
	}

	if got := strings.Join(list, " "); got != "Talos-v1.13.0.efi Talos-v1.14.0.efi other.efi" {
		t.Errorf("entries: %s", got)
	}

	if entry, err := Default(dir); err != nil || entry != "Talos-v1.14.0.efi" {
		t.Errorf("default %q: %v", entry, err)
	}

	if err = SetDefault(dir, "Talos-v1.13.0.efi"); err != nil {
		t.Error(err)
	}

	if err = SetDefault(dir, "Talos-v0.efi"); err == nil {
		t.Error("a default that does not exist was accepted")
	}
}

func TestMergeArgs(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		old   string
		extra []string
		want  string
	}{
		{"a b=1", []string{"c", "a"}, "a b=1 c"},
		{"talos.platform=metal x", []string{"talos.platform=metal"}, "talos.platform=metal x"},
		{"talos.platform=metal x", []string{"talos.platform=aws"}, "x talos.platform=aws"},
		{"console=tty0", []string{"console=ttyS0"}, "console=tty0 console=ttyS0"},
	} {
		if got := mergeArgs(c.old, c.extra); got != c.want {
			t.Errorf("%q + %q = %q, want %q", c.old, c.extra, got, c.want)
		}
	}
}
