//go:build qemu

package integration

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPowerCutDuringInstall cuts the power of a machine while it installs itself
// from the ISO. Each time it has to come back in maintenance mode or installed,
// never as a machine that needs hands.
func TestPowerCutDuringInstall(t *testing.T) {
	c := newCluster(t, "test-cut-install")
	random := chance(t)

	c.create(5*time.Minute, "--workers", "0", "--boot", "iso", "--skip-config")

	n := c.nodes()[0]
	cfg := filepath.Join(c.genConfig(n.Address, "/dev/vda"), "controlplane.yaml")

	// An installation takes some 15 s under emulation; the first cut comes soon,
	// the last one while files are written or the table is.
	const rounds, span = 4, 16 * time.Second

	installed := false

	for round := range rounds {
		from := c.apply(n, cfg)

		// Whoever finds the last round's installation complete boots it.
		if installed = c.waitConsole(3*time.Minute, n.Name, from, sayInstalling, sayInstalled) == sayInstalled; installed {
			break
		}

		after := time.Duration((float64(round) + random.Float64()) / rounds * float64(span))
		time.Sleep(after)

		lines := strings.Split(strings.TrimSpace(c.console(n.Name, from)), "\n")
		t.Logf("power cut %s after the installation began; last line: %s", after.Round(time.Millisecond), lines[len(lines)-1])

		from = c.consoleSize(n.Name)
		c.cutPower(n.Name)

		if installed = c.waitConsole(4*time.Minute, n.Name, from, sayMaintenance, sayInstalled) == sayInstalled; installed {
			t.Logf("round %d ended with an installed system", round)

			break
		}
	}

	from := int64(0)
	if !installed {
		from = c.apply(n, cfg)
	}

	c.waitConsole(5*time.Minute, n.Name, from, sayBooted)

	if out := c.must(time.Minute, "get", "securitystate", "-o", "jsonpath={.spec.bootedWithUKI}"); strings.TrimSpace(out) != "true" {
		t.Errorf("not booted from the installed kernel image: %s", out)
	}
}
