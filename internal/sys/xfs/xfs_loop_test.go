//go:build loop

package xfs

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/internal/sys/loop"
	"github.com/talos-os/talos/internal/sys/mount"
)

func TestMakeMountAndGrow(t *testing.T) {
	for _, tt := range []struct {
		name        string
		small, size int64
	}{
		{"a partition of 100 MiB, as STATE", 100 << 20, 200 << 20},
		{"a partition of 400 MiB", 400 << 20, 2 << 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			image := filepath.Join(t.TempDir(), "image")
			if err := os.WriteFile(image, nil, 0o600); err != nil {
				t.Fatal(err)
			}

			if err := os.Truncate(image, tt.small); err != nil {
				t.Fatal(err)
			}

			dev, err := loop.Attach(image, loop.Options{})
			if err != nil {
				t.Skipf("no loop devices: %v", err)
			}

			defer dev.Detach() //nolint:errcheck

			if err := Make(t.Context(), dev.Path, Options{Label: "EPHEMERAL", Size: uint64(tt.small)}); err != nil {
				t.Fatal(err)
			}

			found, err := block.Probe(dev.Path)
			if err != nil || found.Whole.Type != "xfs" || found.Whole.Label != "EPHEMERAL" {
				t.Fatalf("probe: %+v, %v", found, err)
			}

			target := t.TempDir()
			if err := mount.Filesystem("xfs", dev.Path, target, mount.Flags{NoSuid: true, NoDev: true}); err != nil {
				t.Fatal(err)
			}

			defer mount.Unmount(target) //nolint:errcheck

			if grown, err := Grow(target, uint64(tt.small)); grown || err != nil {
				t.Fatalf("grow to the same size: %v, %v", grown, err)
			}

			if err := os.Truncate(image, tt.size); err != nil {
				t.Fatal(err)
			}

			if err := dev.Resize(); err != nil {
				t.Fatal(err)
			}

			if grown, err := Grow(target, uint64(tt.size)); !grown || err != nil {
				t.Fatalf("grow: %v, %v", grown, err)
			}

			var st unix.Statfs_t
			if err := unix.Statfs(target, &st); err != nil || int64(st.Blocks)*st.Bsize < tt.size*8/10 {
				t.Fatalf("file system has %d bytes, %v", int64(st.Blocks)*st.Bsize, err)
			}

			if err := mount.Unmount(target); err != nil {
				t.Fatal(err)
			}

			if err := Repair(t.Context(), dev.Path); err != nil {
				t.Fatal(err)
			}
		})
	}
}
