//go:build qemu

package integration

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInstallFromISO goes the way of a machine that people put an ISO into:
// maintenance mode, a config over the API, installation, boot from the disk.
func TestInstallFromISO(t *testing.T) {
	c := newCluster(t, "test-iso")
	c.create(5*time.Minute, "--workers", "0", "--boot", "iso", "--skip-config")

	n := c.nodes()[0]
	at := endpoint(n)

	c.maintenance(n)

	// Without a client certificate only what maintenance allows.
	c.refused("", "bootstrap", "--talosconfig", "/dev/null", "-e", at, "-n", n.Address)

	out := c.genConfig(n.Address, "/dev/vda")
	c.must(time.Minute, "apply-config", "--insecure", "-n", at, "-f", filepath.Join(out, "controlplane.yaml"))

	c.eventually(15*time.Minute, "the installed system", func() error {
		stage, err := c.run(time.Minute, "", "get", "machinestatus", "-o", "jsonpath={.spec.stage}")
		if err == nil && strings.TrimSpace(stage) != "running" {
			err = fmt.Errorf("stage %s", stage)
		}

		return err
	})

	if entry := c.must(time.Minute, "get", "securitystate", "-o", "jsonpath={.spec.bootedWithUKI}"); strings.TrimSpace(entry) != "true" {
		t.Errorf("not booted from the installed kernel image: %s", entry)
	}

	c.must(10*time.Minute, "bootstrap")

	c.kubeconfig = filepath.Join(out, "kubeconfig")
	c.eventually(10*time.Minute, "the kubeconfig", func() error {
		_, err := c.run(time.Minute, "", "kubeconfig", c.kubeconfig, "--force")

		return err
	})

	server := fmt.Sprintf("https://127.0.0.1:%d", n.KubernetesPort)
	c.kubectl(time.Minute, "", "config", "set-cluster", c.name, "--server", server)

	c.eventually(20*time.Minute, "the node to be ready", func() error {
		_, err := c.command(time.Minute, "", c.kubectlPath(), "wait", "--for=condition=Ready", "nodes", "--all", "--timeout=30s")

		return err
	})
}
