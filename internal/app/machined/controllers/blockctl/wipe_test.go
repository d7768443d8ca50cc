package blockctl

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/talos-os/talos/internal/sys/gpt"
)

func TestDropPartition(t *testing.T) {
	t.Parallel()

	image := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	if err := os.Truncate(image, 16<<20); err != nil {
		t.Fatal(err)
	}

	dev, err := gpt.Open(image)
	if err != nil {
		t.Fatal(err)
	}

	table, err := gpt.New(dev)
	if err != nil {
		t.Fatal(err)
	}

	for _, label := range []string{"one", "two", "three"} {
		if _, _, err = table.AllocatePartition(1<<20, label, gpt.TypeLinux); err != nil {
			t.Fatal(err)
		}
	}

	if err = table.Write(); err != nil {
		t.Fatal(err)
	}

	if err = dev.Close(); err != nil {
		t.Fatal(err)
	}

	// The second time, and for what never was, there is nothing to do.
	for _, number := range []int{2, 2, 0, 9} {
		if err = DropPartition(image, number); err != nil {
			t.Errorf("%d: %v", number, err)
		}
	}

	if dev, err = gpt.Open(image); err != nil {
		t.Fatal(err)
	}
	defer dev.Close() //nolint:errcheck

	if table, err = gpt.Read(dev); err != nil {
		t.Fatal(err)
	}

	for label, want := range map[string]int{"one": 1, "two": 0, "three": 3} {
		if number, _, _ := table.Find(label); number != want {
			t.Errorf("%s is partition %d, want %d", label, number, want)
		}
	}

	if err = DropPartition(filepath.Join(t.TempDir(), "none"), 1); err == nil {
		t.Error("no error for a disk that is not there")
	}
}
