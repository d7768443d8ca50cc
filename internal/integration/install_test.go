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
	c.must(5*time.Minute, "cluster", "create", "qemu", "--name", c.name, "--assets", c.out, "--workers", "0", "--boot", "iso", "--skip-config")

	n := c.nodes()[0]
	at := endpoint(n)

	c.eventually(10*time.Minute, "the API in maintenance mode", func() error {
		_, err := c.run(time.Minute, "", "version", "--insecure", "-n", at)

		return err
	})

	// Without a client certificate only what maintenance allows.
	c.refused("", "bootstrap", "--talosconfig", "/dev/null", "-e", at, "-n", n.Address)

	dir := t.TempDir()
	gen := func(disk string) string {
		out := filepath.Join(dir, strings.ReplaceAll(disk, "/", "-"))
		c.must(time.Minute, "gen", "config", c.name, fmt.Sprintf("https://%s:6443", n.Address), "-o", out,
			"--install-disk", disk, "--additional-sans", "127.0.0.1", "--with-cluster-discovery=false",
			"--config-patch", "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: \"*\"\nendpoints: [{url: \"http://10.5.0.1:5000\"}]\nskipFallback: true\n",
			"--config-patch", "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n",
			"--config-patch", "cluster: {allowSchedulingOnControlPlanes: true}")

		return out
	}

	// A disk that is not there: refused, and the machine is as it was.
	c.refused("/dev/sdz", "apply-config", "--insecure", "-n", at, "-f", filepath.Join(gen("/dev/sdz"), "controlplane.yaml"))

	out := gen("/dev/vda")
	c.must(time.Minute, "apply-config", "--insecure", "-n", at, "-f", filepath.Join(out, "controlplane.yaml"))

	c.talosconfig = filepath.Join(out, "talosconfig")
	c.must(time.Minute, "config", "endpoint", at)
	c.must(time.Minute, "config", "node", n.Address)

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
