package provision

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func testState(t *testing.T, n NodeState) *State {
	t.Helper()

	s := &State{Name: "c", Accel: "tcg", Nodes: []NodeState{n}, dir: t.TempDir(), Assets: Assets{Kernel: "/k", Initramfs: "/i", ISO: "/iso"}}
	if err := os.MkdirAll(s.NodeDir(n.Name), 0o700); err != nil {
		t.Fatal(err)
	}

	return s
}

func TestHowAMachineIsStarted(t *testing.T) {
	t.Parallel()

	if _, _, err := firmware(); err != nil {
		t.Skip("no UEFI firmware on this machine")
	}

	for _, c := range []struct {
		name, accel    string
		boot           Boot
		installed      bool
		config         bool
		has, hasNoneOf []string
	}{
		{"kernel first, while the disk is empty", "kvm", BootKernel, false, true,
			[]string{"-kernel /k -initrd /i", "talos.config=http://10.5.0.1:5001/config/n"}, []string{"pflash", "-smbios"}},
		{"from the disk once installed", "kvm", BootKernel, true, true,
			[]string{"pflash", "-smbios type=11,value=io.systemd.stub.kernel-cmdline-extra=talos.config=http://10.5.0.1:5001/config/n"}, []string{"-kernel"}},
		{"ISO while the disk is empty", "kvm", BootISO, false, false, []string{"file=/iso", "pflash"}, []string{"-kernel", "-smbios"}},
		{"ISO is gone once installed", "kvm", BootISO, true, false, []string{"pflash"}, []string{"/iso"}},
		{"emulated, from the disk", "tcg", BootImage, true, true,
			[]string{"kernel-cmdline-extra=pti=off mitigations=off talos.config="}, []string{"-kernel"}},
		{"emulated, kernel first", "tcg", BootKernel, false, true, []string{"pti=on", "pti=off mitigations=off talos.config="}, []string{"-smbios"}},
	} {
		n := NodeState{Node: Node{Name: "n", CPUs: 2, MemoryMiB: 1024, Boot: c.boot}, MAC: "52:54:00:0a:05:02"}
		if c.config {
			n.Config = []byte("x")
		}

		state := testState(t, n)
		state.Accel = c.accel

		args, err := qemuArgs(state, n, c.installed)
		if err != nil {
			t.Fatal(err)
		}

		line := strings.Join(args, " ")

		for _, want := range c.has {
			if !strings.Contains(line, want) {
				t.Errorf("%s: no %q in %s", c.name, want, line)
			}
		}

		for _, not := range c.hasNoneOf {
			if strings.Contains(line, not) {
				t.Errorf("%s: %q in %s", c.name, not, line)
			}
		}
	}
}

func TestConfigsGoToTheirMachineOnly(t *testing.T) {
	t.Parallel()

	s := testState(t, NodeState{Node: Node{Name: "n"}, Address: NodeAddress(0)})
	if err := os.WriteFile(filepath.Join(s.NodeDir("n"), "config.yaml"), []byte("machine: {}"), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		from, path string
		status     int
	}{
		{"10.5.0.2:1234", "/config/n", http.StatusOK},
		{"10.5.0.3:1234", "/config/n", http.StatusNotFound},
		{"10.5.0.2:1234", "/config/../cluster.json", http.StatusTemporaryRedirect},
		{"10.5.0.2:1234", "/config/other", http.StatusNotFound},
	} {
		req := httptest.NewRequest(http.MethodGet, c.path, nil)
		req.RemoteAddr = c.from
		rec := httptest.NewRecorder()
		configs(s).ServeHTTP(rec, req)

		if rec.Code != c.status {
			t.Errorf("%s asks for %s: got %d, want %d", c.from, c.path, rec.Code, c.status)
		}
	}
}

func TestClusterNamesStayInsideTheirDirectory(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"", "../x", "a/b", "A", ".", "-x", strings.Repeat("a", 60)} {
		if _, err := clusterDir(name); err == nil {
			t.Errorf("name %q was accepted", name)
		}
	}
}

func TestPowerCutIsNoFailure(t *testing.T) {
	t.Parallel()

	for script, want := range map[string]bool{"kill -KILL $$": true, "kill -TERM $$": false, "exit 1": false, "exit 0": false} {
		if got := killed(exec.Command("sh", "-c", script).Run()); got != want {
			t.Errorf("%s: %v", script, got)
		}
	}
}
