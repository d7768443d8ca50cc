package node

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/tasks"
)

func TestPlanReset(t *testing.T) {
	t.Parallel()

	links := map[string]string{"/dev/disk/by-id/data": "/dev/vdb", "/dev/disk/by-id/system": "/dev/vda"}
	installed := resetView{
		system: "/dev/vda", controlPlane: true,
		disks: map[string]string{"/dev/vda": "/dev/vda", "/dev/vda6": "/dev/vda", "/dev/vdb": "/dev/vdb", "/dev/vdb1": "/dev/vdb"},
		resolve: func(path string) (string, error) {
			if to, ok := links[path]; ok {
				return to, nil
			}

			if strings.HasPrefix(path, "/dev/vd") || path == "/dev/sr0" {
				return path, nil
			}

			return "", fs.ErrNotExist
		},
	}
	bare := installed
	bare.system = ""

	parts := func(wipe bool, labels ...string) []*machine.ResetPartitionSpec {
		var out []*machine.ResetPartitionSpec
		for _, l := range labels {
			out = append(out, &machine.ResetPartitionSpec{Label: l, Wipe: wipe})
		}

		return out
	}

	for _, tt := range []struct {
		name string
		view resetView
		req  *machine.ResetRequest
		want string
		err  string
	}{
		{"everything", installed, &machine.ResetRequest{Graceful: true}, "system=true partitions=[] users=[]", ""},
		{"two partitions, one of them named twice", installed, &machine.ResetRequest{SystemPartitionsToWipe: parts(true, "STATE", "EPHEMERAL", "STATE")}, "system=true partitions=[STATE EPHEMERAL] users=[]", ""},
		{"a partition that there is not", installed, &machine.ResetRequest{SystemPartitionsToWipe: parts(true, "STAET")}, "", `no partition "STAET"`},
		{"partitions to be spared only", installed, &machine.ResetRequest{SystemPartitionsToWipe: parts(false, "STATE")}, "", "none of the partitions"},
		{"nothing installed", bare, &machine.ResetRequest{}, "", "nothing is installed"},
		{"user disks of a bare machine", bare, &machine.ResetRequest{Mode: machine.ResetRequest_USER_DISKS, UserDisksToWipe: []string{"/dev/vdb"}}, "system=false partitions=[] users=[/dev/vdb]", ""},
		{"no user disks", installed, &machine.ResetRequest{Mode: machine.ResetRequest_USER_DISKS}, "", "no user disk"},
		{"one disk under two names", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/vdb", "/dev/disk/by-id/data"}}, "system=true partitions=[] users=[/dev/vdb]", ""},
		{"a partition of a user disk", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/vdb1"}}, "system=true partitions=[] users=[/dev/vdb1]", ""},
		{"the system disk as a user disk", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/vda"}}, "", "on the system disk"},
		{"by another name", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/disk/by-id/system"}}, "", "on the system disk"},
		{"a part of it", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/vda6"}}, "", "on the system disk"},
		{"a disk that is not there", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/sdx"}}, "", "/dev/sdx"},
		{"a drive that cannot be written to", installed, &machine.ResetRequest{UserDisksToWipe: []string{"/dev/sr0"}}, "", "can be written"},
	} {
		p, err := planReset(tt.view, tt.req)

		switch got := fmt.Sprintf("system=%v partitions=%v users=%v", p.SystemDisk, p.labels, p.userDisks); {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.err)
			}

			if tt.view.system != "" && !errors.Is(err, tasks.ErrReset) {
				t.Errorf("%s: %v is not the client's mistake", tt.name, err)
			}
		case err != nil || got != tt.want:
			t.Errorf("%s: got %s, %v", tt.name, got, err)
		}
	}
}
