package install

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/talos-os/talos/internal/sys/gpt"
)

// WriteImage makes a disk image file with the system installed: what Run leaves on
// an empty disk, except that identifiers come from the version and times from at,
// so the same assets give the same bytes. The file is as small as the layout
// allows and sparse; the node makes use of a larger disk when it first runs.
func WriteImage(ctx context.Context, path string, o Options, at time.Time) error {
	o.Disk = path

	if err := o.checkAssets(); err != nil {
		return err
	}

	kernel, err := o.kernelImage()
	if err != nil {
		return err
	}
	defer kernel.close()

	f, err := os.Create(path)
	if err != nil {
		return err
	}

	err = f.Truncate(imageSize)
	if cerr := f.Close(); err == nil {
		err = cerr
	}

	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}

	dev, err := gpt.Open(path)
	if err != nil {
		return err
	}
	defer dev.Close() //nolint:errcheck

	return o.write(ctx, dev, kernel, identity{seed: o.Assets.Version + " " + o.Assets.Arch, now: at})
}
