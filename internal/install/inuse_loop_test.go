//go:build loop

package install

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func command(t *testing.T, name string, args ...string) string {
	t.Helper()

	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}

	return strings.TrimSpace(string(out))
}

// A disk with something mounted is refused whatever else is asked for, by name
// of who uses it, and stays as it is.
func TestDiskInUseIsRefused(t *testing.T) {
	file := emptyDisk(t, MinDiskSize)
	command(t, "mkfs.xfs", "-q", file)

	dev := command(t, "losetup", "--find", "--show", file)

	t.Cleanup(func() { command(t, "losetup", "--detach", dev) })

	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}

	command(t, "mount", "-o", "ro", dev, dir)

	t.Cleanup(func() { command(t, "umount", dir) })

	before := checksum(t, file)

	for _, o := range []Options{{}, {Force: true}, {Wipe: true}} {
		o.Disk, o.Assets = dev, assets(t, "v1.14.0")

		err := Run(t.Context(), o)
		if !IsRefused(err) {
			t.Fatalf("force %v, wipe %v: not refused: %v", o.Force, o.Wipe, err)
		}

		if want := "in use: " + dev + " is mounted on " + dir; !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %q", err, want)
		}
	}

	command(t, "sync")

	if !bytes.Equal(checksum(t, file), before) {
		t.Error("the disk was written to")
	}
}

// checksum is of where tables and boot files would go; all of it takes long.
func checksum(t *testing.T, path string) []byte {
	t.Helper()

	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck

	sum := sha256.New()
	if _, err = io.CopyN(sum, f, 64<<20); err != nil {
		t.Fatal(err)
	}

	return sum.Sum(nil)
}
