package mount

import (
	"reflect"
	"strings"
	"testing"
)

const sample = `22 1 8:1 / / rw,relatime shared:1 - squashfs /dev/loop0 ro
30 22 8:2 / /var rw,nosuid shared:3 - xfs /dev/vda4 rw,attr2
31 30 8:2 /lib/kubelet/pods /var/lib/with\040space rw shared:3 - xfs /dev/vda4 rw
32 22 0:40 / /various rw - tmpfs tmpfs rw
`

func TestParseAndBelow(t *testing.T) {
	t.Parallel()

	mounts, err := Parse(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}

	want := Info{
		ID: 31, Parent: 30, Major: 8, Minor: 2, Root: "/lib/kubelet/pods", Target: "/var/lib/with space",
		Options: []string{"rw"}, FSType: "xfs", Source: "/dev/vda4", SuperOptions: []string{"rw"},
	}
	if !reflect.DeepEqual(mounts[2], want) {
		t.Fatalf("got %+v", mounts[2])
	}

	var targets []string
	for _, m := range Below(mounts, "/var") {
		targets = append(targets, m.Target)
	}

	if got := strings.Join(targets, " "); got != "/var/lib/with space /var" {
		t.Fatalf("got %s", got)
	}
}

const busySample = `22 1 8:1 / / rw - squashfs /dev/loop0 ro
30 22 8:2 / /var rw - xfs /dev/vda4 rw
31 22 0:50 / /opt rw - overlay overlay rw,lowerdir=/opt,upperdir=/var/system/overlays/opt-diff,workdir=/var/system/overlays/opt-work
32 30 0:60 / /var/lib/kubelet/pods/x/token rw - tmpfs tmpfs rw
33 22 0:70 / /run/containerd/a/rootfs rw - overlay overlay rw,lowerdir=/x:/var/lib/containerd/1/fs
34 22 8:2 /lib/etcd /run/elsewhere rw - xfs /dev/vda4 rw
35 22 0:71 / /run/other rw - overlay overlay rw,lowerdir=/variable/x
36 22 8:3 / /system/state rw - xfs /dev/vda3 rw
`

func TestUsers(t *testing.T) {
	t.Parallel()

	mounts, err := Parse(strings.NewReader(busySample))
	if err != nil {
		t.Fatal(err)
	}

	var targets []string
	for _, m := range Users(mounts, "/var") {
		targets = append(targets, m.Target)
	}

	want := "/run/elsewhere /run/containerd/a/rootfs /var/lib/kubelet/pods/x/token /opt /var"
	if got := strings.Join(targets, " "); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(_ *testing.T, s string) { _, _ = Parse(strings.NewReader(s)) })
}
