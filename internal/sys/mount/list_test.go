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

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(_ *testing.T, s string) { _, _ = Parse(strings.NewReader(s)) })
}
