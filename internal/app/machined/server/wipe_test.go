package server

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/talos-os/talos/api/storage"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

func TestPlanWipe(t *testing.T) {
	t.Parallel()

	v := wipeView{
		disks: []block.DiskSpec{
			{DevPath: "/dev/vda"}, {DevPath: "/dev/vdb"}, {DevPath: "/dev/vdc"}, {DevPath: "/dev/sr0", CDROM: true},
			{DevPath: "/dev/md0", SecondaryDisks: []string{"vdc"}},
		},
		volumes: []block.DiscoveredVolumeSpec{
			{DevPath: "/dev/vda"}, {DevPath: "/dev/vda5", ParentDevPath: "/dev/vda", PartitionIndex: 5},
			{DevPath: "/dev/vdb2", ParentDevPath: "/dev/vdb", PartitionIndex: 2},
		},
		used: map[string]block.VolumeStatusSpec{"STATE": {Location: "/dev/vda5", ParentLocation: "/dev/vda"}},
	}

	for _, tt := range []struct {
		name string
		d    *storage.BlockDeviceWipeDescriptor
		want wipe
		code codes.Code
		text string
	}{
		{"a disk", &storage.BlockDeviceWipeDescriptor{Device: "vdb"}, wipe{path: "/dev/vdb"}, codes.OK, ""},
		{"by its path, every byte", &storage.BlockDeviceWipeDescriptor{Device: "/dev/vdb", Method: storage.BlockDeviceWipeDescriptor_ZEROES}, wipe{path: "/dev/vdb", full: true}, codes.OK, ""},
		{"a partition", &storage.BlockDeviceWipeDescriptor{Device: "vdb2"}, wipe{path: "/dev/vdb2", parent: "/dev/vdb"}, codes.OK, ""},
		{"and out of the table", &storage.BlockDeviceWipeDescriptor{Device: "vdb2", DropPartition: true}, wipe{path: "/dev/vdb2", parent: "/dev/vdb", drop: 2}, codes.OK, ""},
		{"the system's disk", &storage.BlockDeviceWipeDescriptor{Device: "vda"}, wipe{}, codes.FailedPrecondition, `in use by volume "STATE"`},
		{"the system's partition", &storage.BlockDeviceWipeDescriptor{Device: "vda5"}, wipe{}, codes.FailedPrecondition, `in use by volume "STATE"`},
		{"that, on demand", &storage.BlockDeviceWipeDescriptor{Device: "vda5", SkipVolumeCheck: true}, wipe{path: "/dev/vda5", parent: "/dev/vda"}, codes.OK, ""},
		{"part of an array", &storage.BlockDeviceWipeDescriptor{Device: "vdc"}, wipe{}, codes.FailedPrecondition, "part of /dev/md0"},
		{"that, on demand", &storage.BlockDeviceWipeDescriptor{Device: "vdc", SkipSecondaryCheck: true}, wipe{path: "/dev/vdc"}, codes.OK, ""},
		{"what cannot be written to", &storage.BlockDeviceWipeDescriptor{Device: "sr0"}, wipe{}, codes.FailedPrecondition, "cannot be written"},
		{"what is no disk", &storage.BlockDeviceWipeDescriptor{Device: "../etc/passwd"}, wipe{}, codes.NotFound, "no disk or partition"},
		{"nothing", &storage.BlockDeviceWipeDescriptor{}, wipe{}, codes.NotFound, "no disk or partition"},
		{"a disk out of its table", &storage.BlockDeviceWipeDescriptor{Device: "vdb", DropPartition: true}, wipe{}, codes.InvalidArgument, "only partitions"},
		{"an unknown method", &storage.BlockDeviceWipeDescriptor{Device: "vdb", Method: 7}, wipe{}, codes.InvalidArgument, "method 7"},
	} {
		// The first device is fine: a later one still stops everything.
		got, err := planWipe(v, []*storage.BlockDeviceWipeDescriptor{{Device: "vdb"}, tt.d})
		wantCode(t, tt.name, err, tt.code, tt.text)

		if tt.code == codes.OK && (len(got) != 2 || got[1] != tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}

		if tt.code != codes.OK && got != nil {
			t.Errorf("%s: wipes %+v", tt.name, got)
		}
	}

	_, err := planWipe(v, nil)
	wantCode(t, "no devices", err, codes.InvalidArgument, "no device")

	n := start(t)
	n.configure()

	_, err = storage.NewStorageServiceClient(n.dial("machined/machine.sock")).BlockDeviceWipe(as(t.Context(), "os:reader"), &storage.BlockDeviceWipeRequest{})
	wantCode(t, "reader on a node that runs", err, codes.PermissionDenied, "")
}
