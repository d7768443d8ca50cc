package block

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// tree makes files with their content, and links from name to target.
func tree(t *testing.T, files, links map[string]string) string {
	t.Helper()

	root := t.TempDir()

	for path, content := range files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	for path, target := range links {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}

	return root
}

func TestList(t *testing.T) {
	t.Parallel()

	root := tree(t, map[string]string{
		"devices/pci/block/vda/uevent":      "MAJOR=254\nMINOR=0\nDISKSEQ=9\n",
		"devices/pci/block/vda/size":        "2048\n",
		"devices/pci/block/vda/vda1/uevent": "MAJOR=254\nMINOR=1\nPARTN=1\nPARTNAME=EFI\n",
		"devices/pci/block/vda/vda1/size":   "8\n",
	}, map[string]string{
		"class/block/vda":  "../../devices/pci/block/vda",
		"class/block/vda1": "../../devices/pci/block/vda/vda1",
		"class/block/gone": "../../devices/pci/block/gone",
	})

	got, err := List(root)
	if err != nil {
		t.Fatal(err)
	}

	dir := filepath.Join(root, "devices/pci/block/vda")
	want := []Device{
		{Name: "vda", Major: 254, Sequence: 9, Size: 1 << 20, SysPath: dir},
		{Name: "vda1", Major: 254, Minor: 1, Partition: 1, PartitionName: "EFI", Parent: "vda", Size: 4096, SysPath: dir + "/vda1"},
	}

	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()

	// udev writes them relative to /dev, which a test has no say over; both ways
	// lead to the same. What does not lead to a device is left out.
	root := tree(t, nil, map[string]string{"by-id/one": "/dev/vda", "by-path/two": "/dev/vda", "by-label/x": "/dev/mapper/y", "by-id/odd": "../file"})

	got, err := Links(root)
	if err != nil {
		t.Fatal(err)
	}

	for _, paths := range got {
		slices.Sort(paths)
	}

	want := map[string][]string{
		"vda":      {filepath.Join(root, "by-id/one"), filepath.Join(root, "by-path/two")},
		"mapper!y": {filepath.Join(root, "by-label/x")},
	}

	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
