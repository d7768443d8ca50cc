package imager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/talos-os/talos/internal/install"
)

// DiskImage writes a raw disk with the system installed on it.
func (b *Builder) DiskImage(ctx context.Context, uki, path string) error {
	return install.WriteImage(ctx, path, install.Options{
		Assets:   b.installAssets(uki),
		Progress: b.Progress,
	}, b.Epoch)
}

func (b *Builder) installAssets(uki string) install.Assets {
	return install.Assets{UKI: uki, BootLoader: b.efi("systemd-boot%s.efi"), Version: b.Version, Arch: b.Arch}
}

// compress writes a zstd copy of a file. What is to be compressed is mostly zeros
// and compressed already, so the fastest level is the right one.
func compress(path, to string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck

	return writeFile(to, func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			return err
		}

		_, err = io.Copy(z, in)

		return errors.Join(err, z.Close())
	})
}

// ipxeScript boots the kernel and initramfs that lie beside it.
func (b *Builder) ipxeScript() []byte {
	s := fmt.Sprintf("#!ipxe\n\n# %s %s for %s. Machine config: add talos.config=<URL> to the kernel line.\nkernel vmlinuz-%s",
		b.Name, b.Version, b.Arch, b.Arch)

	for _, arg := range b.Cmdline {
		s += " " + arg
	}

	return fmt.Appendf(nil, "%s initrd=initramfs-%s.xz\ninitrd initramfs-%s.xz\nboot\n", s, b.Arch, b.Arch)
}
