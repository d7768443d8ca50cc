package installer

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

func TestWhichDiskIsInstalledTo(t *testing.T) {
	t.Parallel()

	const gib = 1 << 30

	disks := []Disk{
		{"sr0", block.DiskSpec{DevPath: "/dev/sr0", Size: 10 * gib, CDROM: true, PrettySize: "10 GB"}},
		{"vda", block.DiskSpec{DevPath: "/dev/vda", Size: 1 * gib, PrettySize: "1 GB", Serial: "small"}},
		{"vdb", block.DiskSpec{DevPath: "/dev/vdb", Size: 20 * gib, PrettySize: "20 GB", BusPath: "/pci0000:00/0000:00:05.0/virtio2", Symlinks: []string{"/dev/disk/by-id/x"}}},
		{"nvme0n1", block.DiskSpec{DevPath: "/dev/nvme0n1", Size: 100 * gib, PrettySize: "100 GB", Transport: "nvme", Model: "FAST 1"}},
	}

	match := func(e block.Expression, d block.DiskSpec) (bool, error) {
		return strings.Contains(string(e), d.DevPath), nil
	}

	const main = "version: v1alpha1\nmachine:\n  type: worker\n"

	for _, c := range []struct{ name, text, want string }{
		{"by path", main + "  install: {disk: /dev/vdb, image: i, wipe: true}\n", "/dev/vdb i wipe"},
		{"by link", main + "  install: {disk: /dev/disk/by-id/x, image: i}\n", "/dev/vdb i"},
		{"a missing disk lists what there is", main + "  install: {disk: /dev/sda}\n",
			"error: machine.install.disk: no disk matches; the machine's disks: /dev/sr0 (10 GB), /dev/vda (1 GB), /dev/vdb (20 GB), /dev/nvme0n1 (100 GB): asked for /dev/sda"},
		{"a disk that is too small", main + "  install: {disk: /dev/vda}\n", "error: machine.install.disk: /dev/vda has 1 GB, an installation takes"},
		{"a CD", main + "  install: {disk: /dev/sr0}\n", "error: machine.install.disk: /dev/sr0 is read-only"},
		{"by type", main + "  install: {diskSelector: {type: nvme}, image: i}\n", "/dev/nvme0n1 i"},
		{"by size", main + "  install: {diskSelector: {size: '> 50GB'}, image: i}\n", "/dev/nvme0n1 i"},
		{"by bus path with a star", main + "  install: {diskSelector: {busPath: '/pci*virtio2'}, image: i}\n", "/dev/vdb i"},
		{"by expression", main + "---\napiVersion: v1alpha1\nkind: UnattendedInstallConfig\ninstaller: {image: j}\nprovisioning: {diskSelector: {match: 'disk.dev_path == \"/dev/nvme0n1\"'}}\n", "/dev/nvme0n1 j"},
	} {
		cfg, err := config.Load([]byte(c.text))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}

		if !Wanted(cfg) {
			t.Errorf("%s: no installation wanted", c.name)
		}

		o, err := Choose(cfg, disks, match)
		got := o.Disk + " " + o.Image

		if o.Wipe {
			got += " wipe"
		}

		if err != nil {
			got = "error: " + err.Error()
		}

		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
