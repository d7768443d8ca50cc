package clusterctl

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
)

func TestIdentityIsMadeOnce(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()

	first, err := loadIdentity(dir)
	if err != nil || first.NodeID == "" {
		t.Fatal(first, err)
	}

	second, err := loadIdentity(dir)
	if err != nil || second.NodeID != first.NodeID {
		t.Errorf("%v is not %v: %v", second, first, err)
	}

	if err = os.WriteFile(filepath.Join(dir, identityFile), []byte("nodeId: [broken"), 0o600); err != nil {
		t.Fatal(err)
	}

	// A node that cannot read who it is must not become another one.
	if got, err := loadIdentity(dir); err == nil {
		t.Errorf("became %v", got)
	}
}

func TestMachineID(t *testing.T) {
	t.Parallel()

	for _, id := range []string{"", "0", "byhand-byhand", "Zz9"} {
		a, b := machineID(id), machineID(id)
		if a != b || len(a) != 32 {
			t.Errorf("%q: %s %s", id, a, b)
		}
	}

	// 256 bits, of which the first half counts.
	if got := machineID("1"); got != "00000000000000000000000000000000" {
		t.Error(got)
	}
}

func TestMergeAffiliates(t *testing.T) {
	t.Parallel()

	a := func(text string) []netip.Addr { return []netip.Addr{netip.MustParseAddr(text)} }

	got := mergeAffiliates([]cluster.AffiliateSpec{
		{NodeID: "1", Addresses: a("10.5.0.2"), Hostname: "cp", MachineType: machine.TypeControlPlane},
		{NodeID: "2", Hostname: "worker"},
		{NodeID: "1", Addresses: a("10.5.0.3"), Hostname: "other", Nodename: "cp", ControlPlane: &cluster.ControlPlane{APIServerPort: 6443}},
	})

	if len(got) != 2 || len(got[0].Addresses) != 2 || got[0].Hostname != "cp" || got[0].Nodename != "cp" || got[0].ControlPlane == nil {
		t.Errorf("%+v", got)
	}
}
