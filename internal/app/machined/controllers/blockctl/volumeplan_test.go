package blockctl

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

func load(t *testing.T, text string) *config.Config {
	t.Helper()

	cfg, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return cfg
}

const minimal = "version: v1alpha1\nmachine:\n  type: worker\ncluster: {}\n"

// part makes a discovered partition of vda.
func part(label, content string) discovered {
	return discovered{ID: "vda-" + label, DiscoveredVolumeSpec: block.DiscoveredVolumeSpec{
		DevPath: "/dev/" + label, Parent: "vda", ParentDevPath: "/dev/vda", PartitionLabel: label, Name: content, PartitionUUID: label,
	}}
}

func TestPlanVolumes(t *testing.T) {
	t.Parallel()

	const encrypted = "---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nencryption:\n  provider: luks2\n  keys:\n    - slot: 0\n      nodeID: {}\n"

	const elsewhere = "---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  diskSelector:\n    match: disk.transport == \"nvme\" && disk.size > 10u * GB\n"

	for _, tt := range []struct {
		name    string
		config  string
		volumes []discovered
		system  string
		looking bool
		want    string
	}{
		{"before everything was looked at absence means nothing", minimal, nil, "", true,
			"META waiting | STATE waiting | EPHEMERAL waiting"},
		{"an empty machine without a config", "", nil, "", false,
			"META missing | STATE missing"},
		{"a config before installation waits for a disk", minimal, nil, "", false,
			"META missing | STATE waiting | EPHEMERAL waiting"},
		{"after installation STATE is made first", minimal, []discovered{part("META", "")}, "vda", false,
			"META ready | STATE waiting, make on vda | EPHEMERAL waiting"},
		{"then EPHEMERAL", minimal, []discovered{part("META", ""), part("STATE", "")}, "vda", false,
			"META ready | STATE located, prepare /dev/STATE | EPHEMERAL waiting, make on vda"},
		{"a STATE found without a config is prepared so that it can be read", "", []discovered{part("META", ""), part("STATE", "xfs")}, "vda", false,
			"META ready | STATE located, prepare /dev/STATE"},
		{"STATE of another disk is not ours", "", []discovered{part("META", ""), part("STATE", "xfs")}, "vdb", false,
			"META missing | STATE missing"},
		{"a LUKS volume is left alone", "", []discovered{part("META", ""), part("STATE", "luks")}, "vda", false,
			"META ready | STATE failed: STATE at /dev/STATE is encrypted, which this version cannot open: nothing was changed"},
		{"asking for encryption fails instead of storing in the clear, and keeps the room", minimal + encrypted, []discovered{part("META", "")}, "vda", false,
			"META ready | STATE failed: the config asks for luks2 encryption of STATE, which this version cannot do: " +
				"nothing was written; remove the encryption from the config to store it unencrypted | EPHEMERAL waiting"},
		{"EPHEMERAL on another disk by expression", minimal + elsewhere, []discovered{part("META", ""), part("STATE", "")}, "vda", false,
			"META ready | STATE located, prepare /dev/STATE | EPHEMERAL waiting, make on nvme0n1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			v := volumesView{
				Volumes: tt.volumes, SystemDisk: tt.system, Discovered: !tt.looking,
				Disks: map[string]block.DiskSpec{
					"vda":     {Transport: "virtio", Size: 20e9},
					"nvme0n1": {Transport: "nvme", Size: 20e9},
					"sr0":     {CDROM: true},
				},
			}

			var cfg *config.Config
			if tt.config != "" {
				cfg = load(t, tt.config)
			}

			for _, vol := range systemVolumes(cfg) {
				v.Configs = append(v.Configs, configured{vol.id, vol.spec})
			}

			var got []string

			for _, s := range planVolumes(v) {
				if s.Config.Type == block.VolumeTypePartition {
					got = append(got, s.String())
				}
			}

			if text := strings.Join(got, " | "); text != tt.want {
				t.Fatalf("got\n%s\nwant\n%s", text, tt.want)
			}
		})
	}
}

func TestUnsupportedVolumesFailByName(t *testing.T) {
	t.Parallel()

	cfg := load(t, minimal+"---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\nprovisioning:\n  diskSelector:\n    match: system_disk\n  maxSize: 1GiB\n")

	var v volumesView
	for _, vol := range systemVolumes(cfg) {
		v.Configs = append(v.Configs, configured{vol.id, vol.spec})
	}

	for _, s := range planVolumes(v) {
		if s.ID == "u-data" && s.Status.Phase == block.VolumePhaseFailed && strings.Contains(s.Status.ErrorMessage, "not supported") {
			return
		}
	}

	t.Fatal("u-data is not there or not failed")
}

func TestPartitionSize(t *testing.T) {
	t.Parallel()

	const gib = 1 << 30

	for _, tt := range []struct {
		name        string
		config      string
		total, free uint64
		want        uint64
	}{
		{"all there is", "", 20 * gib, 10*gib + 5, 10 * gib},
		{"too little", "", 20 * gib, 1 * gib, 0},
		{"at most", "maxSize: 4GiB", 20 * gib, 10 * gib, 4 * gib},
		{"a maximum below the default minimum is meant so", "maxSize: 1GiB", 20 * gib, 10 * gib, 1 * gib},
		{"a share of the disk", "maxSize: 25%", 20 * gib, 10 * gib, 5368709100 / (1 << 20) * (1 << 20)},
		{"all but some", "maxSize: -12GiB", 20 * gib, 10 * gib, 8 * gib},
		{"at least", "minSize: 11GiB", 20 * gib, 10 * gib, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			text := minimal
			if tt.config != "" {
				text += "---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  " + tt.config + "\n"
			}

			got, err := partitionSize(ephemeralVolume(load(t, text)).spec.Provisioning.PartitionSpec, tt.total, tt.free)
			if got != tt.want || (err == nil) != (tt.want > 0) {
				t.Fatalf("got %d, %v; want %d", got, err, tt.want)
			}
		})
	}
}

func TestPlanMounts(t *testing.T) {
	t.Parallel()

	ready := func(parent, target string) block.VolumeStatusSpec {
		return block.VolumeStatusSpec{Phase: block.VolumePhaseReady, ParentID: parent, MountSpec: block.MountSpec{TargetPath: target}}
	}

	req := func(id, parent string) block.MountRequestSpec {
		return block.MountRequestSpec{VolumeID: id, ParentMountID: parent}
	}

	v := mountsView{
		requests: map[string]block.MountRequestSpec{"ETCD": req("ETCD", "EPHEMERAL"), "/opt": req("/opt", "EPHEMERAL"), "EPHEMERAL": req("EPHEMERAL", ""), "STATE": req("STATE", ""), "LOST": req("LOST", "GONE")},
		volumes:  map[string]block.VolumeStatusSpec{"ETCD": ready("EPHEMERAL", "/var/lib/etcd"), "/opt": ready("EPHEMERAL", "/opt"), "EPHEMERAL": ready("", "/var"), "STATE": {}, "LOST": ready("GONE", "/x")},
		mounted:  map[string]block.MountStatusSpec{},
	}

	if got := planMounts(v).String(); got != "+EPHEMERAL +/opt +ETCD" {
		t.Fatalf("up: %s", got)
	}

	for id, r := range v.requests {
		if id != "STATE" && id != "LOST" {
			v.mounted[id] = block.MountStatusSpec{Spec: r, Target: v.volumes[id].MountSpec.TargetPath}
		}
	}

	if got := planMounts(v).String(); got != "=EPHEMERAL =/opt =ETCD" {
		t.Fatalf("again: %s", got)
	}

	v.closing = true

	if got := planMounts(v).String(); got != "-ETCD -/opt -EPHEMERAL" {
		t.Fatalf("down: %s", got)
	}
}

func TestExpressions(t *testing.T) {
	t.Parallel()

	disk := block.DiskSpec{DevPath: "/dev/nvme0n1", Size: 2e12, Transport: "nvme", Model: "fast", Symlinks: []string{"/dev/disk/by-id/x"}}

	for _, tt := range []struct {
		expr block.Expression
		want bool
		err  string
	}{
		{"system_disk", true, ""},
		{`!system_disk`, false, ""},
		{`disk.transport == "nvme" && disk.size > 1u * TB && disk.size < 2u * TiB`, true, ""},
		{`"/dev/disk/by-id/x" in disk.symlinks`, true, ""},
		{`disk.model.startsWith("slow") || disk.rotational`, false, ""},
		{`disk.size`, false, "not true or false"},
		{`disk.size >`, false, "something is missing at the end"},
		{`nothing == 1`, false, "there is no name nothing"},
		{`1 + 1`, false, "not true or false"},
	} {
		t.Run(string(tt.expr), func(t *testing.T) {
			t.Parallel()

			got, err := MatchDisk(tt.expr, disk, true)
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("got %v, %v", got, err)
			}
		})
	}

}

// TestExpressionFields compares what an expression finds here with the fields that
// validation of a config lets through.
func TestExpressionFields(t *testing.T) {
	t.Parallel()

	for variable, vars := range map[string]map[string]any{
		"disk": diskVars(block.DiskSpec{}), "volume": volumeVars(block.DiscoveredVolumeSpec{}),
	} {
		if got, want := slices.Sorted(maps.Keys(expression.Fields(variable))), slices.Sorted(maps.Keys(vars)); !slices.Equal(got, want) {
			t.Errorf("%s: a config may use %v, there are %v", variable, got, want)
		}
	}
}
