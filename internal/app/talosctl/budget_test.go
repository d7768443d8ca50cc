//go:build budget

package talosctl

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/measure"
)

// TestProcessBudget runs the real program, built as for people, a new process each
// time. Limits are on the processor time of the fastest run: what else a machine does
// makes a program slower and never faster.
func TestProcessBudget(t *testing.T) {
	const runs = 21

	dir := t.TempDir()
	binary := filepath.Join(dir, "talosctl")

	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "../../../cmd/talosctl")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")

	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}

	for _, b := range []struct {
		args []string
		cpu  time.Duration
		peak int64
	}{
		{[]string{"gen", "config", "c", "https://10.0.0.10:6443", "--force"}, 500 * time.Millisecond, 40 << 20},
		{[]string{"version", "--client"}, 15 * time.Millisecond, 30 << 20},
		{[]string{"validate", "-m", "metal", "-c", "controlplane.yaml"}, 20 * time.Millisecond, 40 << 20},
		{[]string{"machineconfig", "patch", "controlplane.yaml", "-p", "machine: {nodeLabels: {a: b}}"}, 20 * time.Millisecond, 40 << 20},
		{[]string{"machineconfig", "diff", "controlplane.yaml", "worker.yaml"}, 20 * time.Millisecond, 40 << 20},
	} {
		command := func() *exec.Cmd {
			cmd := exec.Command(binary, b.args...)
			cmd.Dir = dir

			return cmd
		}

		var cpu []time.Duration

		for range runs {
			cmd := command()

			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%q: %s\n%s", b.args, err, out)
			}

			cpu = append(cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}

		most, err := measure.Peak(command())
		if err != nil {
			t.Fatalf("%q: %s", b.args, err)
		}

		t.Logf("%s: %s on the processor, %.1f MiB", strings.Join(b.args[:2], " "), slices.Min(cpu), float64(most)/(1<<20))

		if got := slices.Min(cpu); got > b.cpu {
			t.Errorf("%q takes %s on the processor, more than %s", b.args, got, b.cpu)
		}

		if most > b.peak {
			t.Errorf("%q has %d bytes of memory, more than %d", b.args, most, b.peak)
		}
	}
}
