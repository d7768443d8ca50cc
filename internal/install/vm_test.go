//go:build qemu

package install

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/imager/tree"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/kmod"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/uki"
)

// out is where "make assets" leaves its results.
const out = "../../_out"

// TestInstallerInAMachine runs the installer in a virtual machine with an empty
// virtio disk, then an upgrade to another build, and looks at the disk.
func TestInstallerInAMachine(t *testing.T) {
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		t.Skip("qemu-system-x86_64 is not installed")
	}

	bin := filepath.Join(out, "bin-amd64")
	if _, err = os.Stat(filepath.Join(bin, "installer")); err != nil {
		t.Skip("nothing is built: run make assets")
	}

	dir := t.TempDir()
	disk := emptyDisk(t, 6<<30)
	initrd := filepath.Join(dir, "initrd")
	guestInitrd(t, dir, initrd)

	cmd := exec.CommandContext(t.Context(), qemu, "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max",
		"-smp", "2", "-m", "2048", "-nographic", "-no-reboot", "-nic", "none",
		"-drive", "if=virtio,format=raw,file="+disk, "-kernel", filepath.Join(out, "vmlinuz-amd64"), "-initrd", initrd,
		"-append", "console=ttyS0 quiet panic=-1 module.sig_enforce=1")

	log, err := cmd.CombinedOutput()
	if i := bytes.Index(log, []byte("installing")); i >= 0 {
		t.Logf("%s", log[i:])
	}

	if err != nil || !bytes.Contains(log, []byte("GUEST DONE")) {
		t.Fatalf("%v\n%s", err, log)
	}

	version := "v1.14.0"
	first := readESP(t, disk, "EFI/Linux/"+EntryName(version, 0))
	second := readESP(t, disk, "EFI/Linux/"+EntryName(version, 1))

	want, err := os.ReadFile(filepath.Join(out, "vmlinuz-amd64.efi"))
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Equal(first, want) {
		t.Error("the first version is not what was to be installed")
	}

	if cmdline, err := uki.Read(second, uki.Cmdline); err != nil || !strings.HasSuffix(string(cmdline), " talos.test=1") {
		t.Errorf("command line of the second version: %q %v", cmdline, err)
	}

	if entry := defaultEntry(readESP(t, disk, "loader/loader.conf")); entry != EntryName(version, 1) {
		t.Errorf("default entry is %s", entry)
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

	_, p, _ := table.Find(labelMeta)
	if values, err := meta.ReadArea(newWindow(dev, int64(p.FirstLBA)*512, MetaSize), MetaSize); err != nil || string(values[12]) != "hello" {
		t.Errorf("META %q %v", values, err)
	}

	if fsck, err := exec.LookPath("fsck.vfat"); err == nil {
		esp := filepath.Join(dir, "esp")
		if msg, err := exec.Command("dd", "if="+disk, "of="+esp, "bs=1M", "skip=1", "count=2101", "conv=sparse").CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, msg)
		}

		if msg, err := exec.Command(fsck, "-n", esp).CombinedOutput(); err != nil {
			t.Errorf("fsck.vfat: %v\n%s", err, msg)
		}
	}
}

// guestInitrd packs the guest, the installer with its assets, and modules.
func guestInitrd(t *testing.T, dir, path string) {
	t.Helper()

	guest := filepath.Join(dir, "guest")

	build := exec.Command("go", "build", "-o", guest, "./testdata/guest")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")

	if msg, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the guest: %v\n%s", err, msg)
	}

	tr := tree.New()
	add := func(name, source string, mode os.FileMode) {
		if err := tr.File(name, source, mode); err != nil {
			t.Fatal(err)
		}
	}

	add("init", guest, 0o755)
	add("usr/bin/installer", filepath.Join(out, "bin-amd64/installer"), 0o755)
	add("usr/install/amd64/vmlinuz.efi", filepath.Join(out, "vmlinuz-amd64.efi"), 0o644)

	loader, err := filepath.Glob(os.ExpandEnv("$HOME/.cache/talos-os/deb/systemd-boot-efi-amd64-*/*/usr/lib/systemd/boot/efi/systemd-bootx64.efi"))
	if more, _ := filepath.Glob(os.ExpandEnv("$HOME/.cache/talos-os/deb/systemd-boot-efi-amd64-*/usr/lib/systemd/boot/efi/systemd-bootx64.efi")); err != nil || len(loader)+len(more) == 0 {
		t.Skip("systemd-boot is not in the cache")
	} else {
		add("usr/install/amd64/systemd-boot.efi", append(loader, more...)[0], 0o644)
	}

	releases, err := filepath.Glob(os.ExpandEnv("$HOME/.cache/talos-os/image/modules/*"))
	if err != nil || len(releases) == 0 {
		t.Skip("kernel modules are not in the cache")
	}

	modules, err := kmod.Scan(releases[0])
	if err != nil {
		t.Fatal(err)
	}

	order, missing := modules.Closure("virtio_pci", "virtio_blk", "vfat", "nls_ascii", "nls_cp437")
	if len(missing) > 0 {
		t.Fatalf("no modules %v", missing)
	}

	for i, m := range order {
		add(fmt.Sprintf("modules/%02d-%s.ko", i, m.Name), filepath.Join(releases[0], m.Path), 0o644)
	}

	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck

	if err = tr.WriteCpio(f, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
}
