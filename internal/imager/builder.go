package imager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/talos-os/talos/internal/imager/parts"
	"github.com/talos-os/talos/internal/imager/tree"
	"github.com/talos-os/talos/internal/uki"
)

// efiNames are the architecture's names in EFI file names.
var efiNames = map[string]string{"amd64": "x64", "arm64": "aa64"}

// Builder makes the assets of one version for one architecture.
type Builder struct {
	Name, Version string
	Arch          string
	Parts         *parts.Set
	// Binaries is the directory with this repository's own programs.
	Binaries string
	// Work keeps intermediate results between builds, Out receives the assets.
	Work, Out string
	// Epoch is the time given to everything that carries one.
	Epoch time.Time
	// Cmdline is the kernel command line of the unified kernel image.
	Cmdline []string
	// Level is the zstd level of the root file system, 1 to 22.
	Level int
	// Progress is told what is being done.
	Progress func(format string, args ...any)
}

func (b *Builder) say(format string, args ...any) {
	if b.Progress != nil {
		b.Progress(format, args...)
	}
}

func (b *Builder) out(name string) string { return filepath.Join(b.Out, name) }

// Modules prepares the kernel's modules.
func (b *Builder) Modules() (*Modules, error) {
	release := b.Parts.KernelVersion
	// A rebuilt package keeps the release but not the modules' signatures.
	dir := filepath.Join(b.Work, "modules", release+"_"+b.Parts.DebVersion("linux-image"))

	if !modulesReady(dir) {
		b.say("unpacking kernel modules (about half a minute, once)")
	}

	return PrepareModules(filepath.Join(b.Parts.Deb("linux-image"), "usr/lib/modules", release), dir)
}

// Squashfs writes a tree as a SquashFS image.
func (b *Builder) Squashfs(ctx context.Context, t *tree.Tree, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}

	stamp := fmt.Sprint(b.Epoch.Unix())

	// Programs are paged in from here, and a fault costs the decompression of a
	// whole block, once. Larger blocks save several megabytes of image.
	cmd, err := b.Parts.Tool(ctx, "/usr/bin/mksquashfs", "-", path, "-tar", "-quiet", "-no-progress", "-noappend",
		"-comp", "zstd", "-Xcompression-level", fmt.Sprint(b.Level), "-b", "1M", "-no-xattrs", "-no-exports",
		"-mkfs-time", stamp, "-all-time", stamp, "-all-root", "-root-mode", "755")
	if err != nil {
		return fmt.Errorf("find mksquashfs: %w", err)
	}

	cmd.Stderr = os.Stderr
	// It refuses to be told the time twice.
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "SOURCE_DATE_EPOCH=")
	}), "LC_ALL=C")

	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}

	if err = cmd.Start(); err != nil {
		return fmt.Errorf("start mksquashfs: %w", err)
	}

	stop := b.reportSize(path)
	defer stop()

	werr := t.WriteTar(in, b.Epoch)
	in.Close() //nolint:errcheck

	if err = cmd.Wait(); err != nil {
		return fmt.Errorf("mksquashfs: %w", errors.Join(err, werr))
	}

	return werr
}

// reportSize says every now and then how far a file has grown, until stopped.
func (b *Builder) reportSize(path string) (stop func()) {
	done := make(chan struct{})
	start := time.Now()

	go func() {
		ticker := time.NewTicker(15 * time.Second)
		defer ticker.Stop()

		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if st, err := os.Stat(path); err == nil {
					b.say("still compressing after %s: %d MB so far", time.Since(start).Round(time.Second), st.Size()/1e6)
				}
			}
		}
	}()

	return func() { close(done) }
}

// Initramfs writes the archive the kernel unpacks at start: the first stage, its
// modules and the root file system.
func (b *Builder) Initramfs(modules *Modules, rootfs, path string) error {
	t := tree.New()
	for _, dir := range []string{"dev", "proc", "sys", "root"} {
		t.Dir(dir, 0o755)
	}

	if err := t.File("init", filepath.Join(b.Binaries, "init"), 0o755); err != nil {
		return err
	}

	order, missing := modules.Tree.Closure(firstStageModules...)
	if len(missing) > 0 {
		return fmt.Errorf("the first stage needs modules %s", strings.Join(missing, ", "))
	}

	for i, m := range order {
		name := fmt.Sprintf("modules/%02d-%s.ko", i, m.Name)
		if err := t.File(name, filepath.Join(modules.Dir, m.Path), 0o644); err != nil {
			return err
		}
	}

	if err := t.File("rootfs.sqsh", rootfs, 0o644); err != nil {
		return err
	}

	return writeFile(path, func(w io.Writer) error {
		// One goroutine, or block boundaries would depend on timing.
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
		if err != nil {
			return err
		}

		return errors.Join(t.WriteCpio(z, b.Epoch), z.Close())
	})
}

// cmdlineReserve is how long the kernel command line may get when a machine's
// config adds to it. The kernel takes 2048 bytes on amd64 and arm64.
const cmdlineReserve = 4096

// UKI joins kernel, initramfs and command line into one EFI program.
func (b *Builder) UKI(initramfs, path string) error {
	stub, err := os.ReadFile(b.efi("linux%s.efi.stub"))
	if err != nil {
		return err
	}

	sbat, err := uki.Read(stub, ".sbat")
	if err != nil {
		return err
	}

	linux, err := os.ReadFile(b.Parts.KernelImage())
	if err != nil {
		return err
	}

	initrd, err := os.ReadFile(initramfs)
	if err != nil {
		return err
	}

	sbat = append([]byte(strings.TrimRight(string(sbat), "\x00")),
		fmt.Sprintf("%s.uki,1,%s,uki,%s,\n", strings.ToLower(b.Name), b.Name, b.Version)...)

	image, err := uki.Build(stub, []uki.Section{
		{Name: ".osrel", Data: []byte(osRelease(b.Name, b.Version))},
		{Name: uki.Cmdline, Data: []byte(strings.Join(b.Cmdline, " ")), Reserve: cmdlineReserve},
		{Name: ".uname", Data: []byte(b.Parts.KernelVersion)},
		{Name: ".sbat", Data: sbat},
		{Name: ".initrd", Data: initrd},
		{Name: ".linux", Data: linux},
	})
	if err != nil {
		return fmt.Errorf("unified kernel image: %w", err)
	}

	return os.WriteFile(path, image, 0o644)
}

// efi is the path of one of the boot loader's programs; %s stands for the name
// EFI gives the architecture.
func (b *Builder) efi(name string) string {
	return filepath.Join(b.Parts.Deb(pkgBoot), "usr/lib/systemd/boot/efi", fmt.Sprintf(name, efiNames[b.Arch]))
}

// writeFile writes through a temporary name, so that an interrupted build never
// leaves half a file under the final one.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck

	if err = errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	return os.Rename(f.Name(), path)
}
