package imager

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Kinds are the assets that can be asked for, in the order they are made.
var Kinds = []string{"rootfs", "kernel", "initramfs", "uki", "iso", "disk", "pxe", "installer"}

// needs lists what has to be made before.
var needs = map[string][]string{
	"initramfs": {"rootfs"},
	"uki":       {"initramfs"},
	"iso":       {"uki"},
	"disk":      {"uki"},
	"pxe":       {"kernel", "initramfs"},
	"installer": {"uki"},
}

// Names of assets below the output directory.
func (b *Builder) rootfsName() string    { return "rootfs.sqsh" }
func (b *Builder) kernelName() string    { return "vmlinuz-" + b.Arch }
func (b *Builder) initramfsName() string { return "initramfs-" + b.Arch + ".xz" }
func (b *Builder) ukiName() string       { return "vmlinuz-" + b.Arch + ".efi" }
func (b *Builder) isoName() string       { return "metal-" + b.Arch + ".iso" }
func (b *Builder) diskName() string      { return "metal-" + b.Arch + ".raw" }
func (b *Builder) ipxeName() string      { return "boot-" + b.Arch + ".ipxe" }
func (b *Builder) installerDir() string  { return "installer-" + b.Arch }
func (b *Builder) installerName() string { return "installer-" + b.Arch + ".tar" }

// executablesName is the list of every program in the root file system.
const executablesName = "executables.txt"

// Build makes the given kinds of assets and what they are made from, and a manifest.
// The initramfs keeps the ending .xz that boot servers are set up with; its content
// is zstd, which the kernel recognises by itself.
func (b *Builder) Build(ctx context.Context, kinds ...string) (*Manifest, error) {
	want, err := withNeeds(kinds)
	if err != nil {
		return nil, err
	}

	for _, dir := range []string{b.Work, b.Out} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}

	var files []string

	for _, kind := range Kinds {
		if !want[kind] {
			continue
		}

		b.say("making %s", kind)

		made, err := b.build(ctx, kind)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}

		files = append(files, made...)
	}

	return b.WriteManifest(files)
}

func withNeeds(kinds []string) (map[string]bool, error) {
	want := map[string]bool{}

	var add func(kind string)

	add = func(kind string) {
		want[kind] = true
		for _, n := range needs[kind] {
			add(n)
		}
	}

	for _, kind := range kinds {
		if !slices.Contains(Kinds, kind) {
			return nil, fmt.Errorf("there is no asset %q: choose from %s", kind, strings.Join(Kinds, ", "))
		}

		add(kind)
	}

	return want, nil
}

// build makes one asset from those made before and names its files.
func (b *Builder) build(ctx context.Context, kind string) ([]string, error) {
	uki := b.out(b.ukiName())

	switch kind {
	case "rootfs":
		return []string{b.rootfsName(), executablesName}, b.buildRootfs(ctx)
	case "kernel":
		return []string{b.kernelName()}, copyFile(b.Parts.KernelImage(), b.out(b.kernelName()))
	case "initramfs":
		modules, err := b.Modules()
		if err != nil {
			return nil, err
		}

		return []string{b.initramfsName()}, b.Initramfs(modules, b.out(b.rootfsName()), b.out(b.initramfsName()))
	case "uki":
		return []string{b.ukiName()}, b.UKI(b.out(b.initramfsName()), uki)
	case "iso":
		return []string{b.isoName()}, b.ISO(ctx, uki, b.out(b.isoName()))
	case "disk":
		if err := b.DiskImage(ctx, uki, b.out(b.diskName())); err != nil {
			return nil, err
		}

		return []string{b.diskName(), b.diskName() + ".zst"}, compress(b.out(b.diskName()), b.out(b.diskName()+".zst"))
	case "pxe":
		return []string{b.ipxeName()}, writeFile(b.out(b.ipxeName()), func(w io.Writer) error {
			_, err := w.Write(b.ipxeScript())

			return err
		})
	default:
		return []string{b.installerName()}, b.Installer(uki, b.out(b.installerDir()), b.out(b.installerName()))
	}
}

// buildRootfs makes the SquashFS unless the one of the last build has the same
// content: compressing is most of a build's time.
func (b *Builder) buildRootfs(ctx context.Context) error {
	modules, err := b.Modules()
	if err != nil {
		return err
	}

	t, err := b.Rootfs(modules)
	if err != nil {
		return err
	}

	if err = checkPolicy(t); err != nil {
		return err
	}

	list := strings.Join(t.Executables(), "\n") + "\n"
	if err = os.WriteFile(b.out(executablesName), []byte(list), 0o644); err != nil {
		return err
	}

	digest, err := t.Digest(fmt.Sprintf("level %d at %d", b.Level, b.Epoch.Unix()))
	if err != nil {
		return err
	}

	path := b.out(b.rootfsName())
	mark := path + ".digest"

	if old, err := os.ReadFile(mark); err == nil && string(old) == digest {
		if _, err = os.Stat(path); err == nil {
			b.say("root file system is unchanged")

			return nil
		}
	}

	b.say("compressing the root file system")

	if err = os.RemoveAll(mark); err != nil {
		return err
	}

	if err = b.Squashfs(ctx, t, path); err != nil {
		return err
	}

	return os.WriteFile(mark, []byte(digest), 0o644)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck

	return writeFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)

		return err
	})
}
