// Package install puts the system on a disk, and a newer one beside it.
//
// The installer image does it on a node, the image build does it to a file; both
// call the same code, so what is shipped as a disk image is what an installation
// makes. The disk gets an EFI system partition with systemd-boot and one unified
// kernel image per installed version, and META. STATE and EPHEMERAL are made by
// the node itself when it first runs from the disk.
//
// A power cut at any moment leaves something that boots. A fresh installation
// writes the partition table last: until then the disk is empty to the firmware,
// which starts the installation medium again. An upgrade adds the new version
// under a temporary name, compares it with its source, renames it, and only then
// makes it the default; the running version is never touched.
package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Assets are the files to install.
type Assets struct {
	// UKI is the unified kernel image, BootLoader is systemd-boot.
	UKI, BootLoader string
	// Version names the boot entry: "v1.14.0".
	Version string
	// Arch is a GOARCH.
	Arch string
}

// Options describe one installation or upgrade.
type Options struct {
	// Disk is the device node of a whole disk, or an image file.
	Disk   string
	Assets Assets
	// ExtraKernelArgs are appended to the command line inside the kernel image.
	ExtraKernelArgs []string
	// Meta are values to store in META; an upgrade keeps those not named here.
	Meta map[uint8]string
	// Wipe overwrites the whole disk first. Without it only what could be mistaken
	// for a file system or partition table is.
	Wipe bool
	// Force installs over whatever is on the disk.
	Force bool
	// Upgrade keeps the disk's partitions and adds a version.
	Upgrade bool
	// Progress receives a line for each step.
	Progress func(format string, args ...any)
}

func (o *Options) say(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(format, args...)
	}
}

// errAttention marks refusals: nothing was written, a person has to decide.
var errRefused = errors.New("nothing was written")

// IsRefused reports whether an error came up before anything was written.
func IsRefused(err error) bool { return errors.Is(err, errRefused) }

func refuse(format string, args ...any) error {
	return fmt.Errorf(format+" (%w)", append(args, errRefused)...)
}

// bootNames are the default boot loader names of EFI.
var bootNames = map[string]string{"amd64": "BOOTX64.EFI", "arm64": "BOOTAA64.EFI"}

// BootName is the file EFI starts from a disk it knows nothing about.
func BootName(arch string) string { return bootNames[arch] }

// versionSyntax keeps a version usable as a file name.
var versionSyntax = regexp.MustCompile(`^v?[0-9A-Za-z][0-9A-Za-z.+-]*$`)

// Run installs or upgrades. Everything that can be checked is checked before the
// first byte is written; IsRefused tells such errors.
func Run(ctx context.Context, o Options) error {
	if err := o.checkAssets(); err != nil {
		return err
	}

	kernel, err := o.kernelImage()
	if err != nil {
		return err
	}
	defer kernel.close()

	if o.Upgrade {
		return o.upgrade(ctx, kernel)
	}

	return o.fresh(ctx, kernel)
}

func (o *Options) checkAssets() error {
	switch {
	case o.Disk == "":
		return refuse("no disk given")
	case bootNames[o.Assets.Arch] == "":
		return refuse("architecture %q is not supported", o.Assets.Arch)
	case !versionSyntax.MatchString(o.Assets.Version):
		return refuse("version %q cannot name a boot entry", o.Assets.Version)
	}

	for _, path := range []string{o.Assets.UKI, o.Assets.BootLoader} {
		f, err := os.Open(path)
		if err != nil {
			return refuse("asset: %v", err)
		}

		magic := make([]byte, 2)
		_, err = f.ReadAt(magic, 0)
		f.Close() //nolint:errcheck

		if err != nil || string(magic) != "MZ" {
			return refuse("asset %s is not an EFI program", filepath.Base(path))
		}
	}

	return nil
}
