//go:build qemu

package integration

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Lines by which a machine tells where it is.
const (
	sayMaintenance = "waiting for a machine config"
	sayInstalling  = "[talos] installing "
	sayBooted      = "sequence is done sequence=boot"
	sayInstalled   = "sequence starts sequence=boot"
)

// cutPower ends a machine's QEMU at once, as a power cut does; its supervisor
// switches it on again. What the guest wrote without a flush is lost as far as
// QEMU still had it.
func (c *cluster) cutPower(name string) {
	c.t.Helper()

	pid := c.qemu(name)
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		c.t.Fatalf("cut the power of %s: %v", name, err)
	}

	c.eventually(time.Minute, "the machine to be switched on again", func() error {
		if now, err := findQEMU(c.nodeDir(name)); err != nil || now == pid {
			return errors.Join(err, errors.New("not yet"))
		}

		return nil
	})
}

func (c *cluster) nodeDir(name string) string { return filepath.Join(c.home, "clusters", c.name, name) }

// qemu is the process of a machine.
func (c *cluster) qemu(name string) int {
	c.t.Helper()

	pid, err := findQEMU(c.nodeDir(name))
	if err != nil {
		c.t.Fatal(err)
	}

	return pid
}

// findQEMU looks for the process that has a machine's disk on its command line:
// the directory is this test's own.
func findQEMU(dir string) (int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}

	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			continue // it has ended
		}

		if text := string(raw); strings.HasPrefix(filepath.Base(text[:strings.IndexByte(text+"\x00", 0)]), "qemu-system-") && strings.Contains(text, dir+"/disk.qcow2") {
			return strconv.Atoi(filepath.Base(filepath.Dir(f)))
		}
	}

	return 0, fmt.Errorf("no QEMU runs with the disk in %s", dir)
}

// consoleSize is where a machine's next line will be.
func (c *cluster) consoleSize(name string) int64 {
	info, err := os.Stat(filepath.Join(c.nodeDir(name), "console.log"))
	if err != nil {
		return 0
	}

	return info.Size()
}

// console is what a machine wrote from an offset on.
func (c *cluster) console(name string, from int64) string {
	f, err := os.Open(filepath.Join(c.nodeDir(name), "console.log"))
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck

	raw, err := io.ReadAll(io.NewSectionReader(f, from, 1<<30))
	if err != nil {
		return ""
	}

	return string(raw)
}

// waitConsole waits for one of some texts; a look is cheap, so they are frequent.
func (c *cluster) waitConsole(timeout time.Duration, name string, from int64, texts ...string) string {
	c.t.Helper()

	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		now := c.console(name, from)

		for _, text := range texts {
			if strings.Contains(now, text) {
				return text
			}
		}
	}

	c.t.Fatalf("%s did not write any of %q to its console", name, texts)

	return ""
}

// diskSum is a checksum of a machine's disk as the host has it.
func (c *cluster) diskSum(name string) string {
	c.t.Helper()

	f, err := os.Open(filepath.Join(c.nodeDir(name), "disk.qcow2"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck

	sum := sha256.New()
	if _, err = io.Copy(sum, f); err != nil {
		c.t.Fatal(err)
	}

	return fmt.Sprintf("%x", sum.Sum(nil))
}

// maintenance waits for a machine to answer without a config.
func (c *cluster) maintenance(n node) {
	c.t.Helper()

	c.eventually(5*time.Minute, n.Name+" in maintenance mode", func() error {
		_, err := c.run(time.Minute, "", "version", "--insecure", "-n", endpoint(n))

		return err
	})
}

// apply sends a machine in maintenance mode its config, and returns where its
// console was then.
func (c *cluster) apply(n node, file string) int64 {
	c.t.Helper()

	c.maintenance(n)

	at := c.consoleSize(n.Name)
	c.must(time.Minute, "apply-config", "--insecure", "-n", endpoint(n), "-f", file)

	return at
}

// genConfig makes configs for a machine of a local cluster, and talosctl use them.
func (c *cluster) genConfig(address, disk string, more ...string) string {
	c.t.Helper()

	dir := filepath.Join(c.t.TempDir(), "config")
	c.must(time.Minute, append([]string{"gen", "config", c.name, fmt.Sprintf("https://%s:6443", address), "-o", dir,
		"--install-disk", disk, "--additional-sans", "127.0.0.1", "--with-cluster-discovery=false",
		"--config-patch", "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: \"*\"\nendpoints: [{url: \"http://10.5.0.1:5000\"}]\nskipFallback: true\n",
		"--config-patch", "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n",
		"--config-patch", "cluster: {allowSchedulingOnControlPlanes: true}"}, more...)...)

	c.talosconfig = filepath.Join(dir, "talosconfig")
	c.must(time.Minute, "config", "endpoint", endpoint(c.nodes()[0]))
	c.must(time.Minute, "config", "node", address)

	return dir
}
