//go:build qemu

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cluster is a local cluster of one test, with a home of its own.
type cluster struct {
	t    *testing.T
	name string
	home string
	out  string
	// kubeconfig is set once Kubernetes is there.
	talosconfig, kubeconfig string
}

// node is what cluster.json says of a machine.
type node struct {
	Name                    string
	Address                 string
	APIPort, KubernetesPort int
}

func newCluster(t *testing.T, name string) *cluster {
	t.Helper()

	out := os.Getenv("TALOS_ASSETS")
	if out == "" {
		out = "../../_out"
	}

	out, err := filepath.Abs(out)
	if err != nil {
		t.Fatal(err)
	}

	if _, err = os.Stat(filepath.Join(out, "talosctl")); err != nil {
		t.Fatalf("%v; build with `make talosctl bundle assets`", err)
	}

	c := &cluster{t: t, name: name, home: t.TempDir(), out: out}
	dir := filepath.Join(c.home, "clusters", name)
	c.talosconfig, c.kubeconfig = filepath.Join(dir, "talosconfig"), filepath.Join(dir, "kubeconfig")

	t.Cleanup(func() {
		if t.Failed() {
			c.showConsoles()
		}

		c.run(time.Minute, "", "cluster", "destroy", "--name", name) //nolint:errcheck
	})

	return c
}

// showConsoles prints the end of every machine's console for whoever reads the
// log of a failed run.
func (c *cluster) showConsoles() {
	files, _ := filepath.Glob(filepath.Join(c.home, "clusters", c.name, "*", "console.log")) //nolint:errcheck

	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			continue
		}

		if len(raw) > 12000 {
			raw = raw[len(raw)-12000:]
		}

		c.t.Logf("--- end of %s\n%s", f, raw)
	}
}

// run runs talosctl and returns its standard output; standard error goes to the
// test's own, so that progress is seen, and into the error.
func (c *cluster) run(timeout time.Duration, stdin string, args ...string) (string, error) {
	return c.command(timeout, stdin, filepath.Join(c.out, "talosctl"), args...)
}

func (c *cluster) command(timeout time.Duration, stdin, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()

	var stdout, stderr bytes.Buffer

	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "TALOS_HOME="+c.home, "TALOSCONFIG="+c.talosconfig, "KUBECONFIG="+c.kubeconfig)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stdout = &stdout
	cmd.Stderr = io.MultiWriter(&stderr, os.Stderr)

	started := time.Now()
	err := cmd.Run()

	fmt.Fprintf(os.Stderr, "  [%5.1fs] %s %s\n", time.Since(started).Seconds(), filepath.Base(name), strings.Join(args, " ")) //nolint:errcheck

	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, stderr.String())
	}

	return stdout.String(), err
}

// must runs talosctl and ends the test when it fails.
func (c *cluster) must(timeout time.Duration, args ...string) string {
	c.t.Helper()

	out, err := c.run(timeout, "", args...)
	if err != nil {
		c.t.Fatal(err)
	}

	return out
}

// refused runs talosctl, which must fail and say want.
func (c *cluster) refused(want string, args ...string) {
	c.t.Helper()

	out, err := c.run(time.Minute, "", args...)
	if err == nil {
		c.t.Errorf("talosctl %s was accepted: %s", strings.Join(args, " "), out)
	} else if !strings.Contains(err.Error(), want) {
		c.t.Errorf("talosctl %s: %v\ndoes not say %q", strings.Join(args, " "), err, want)
	}
}

// accel is what the first cluster found to run machines with; finding out takes
// up to 15 seconds.
var accel string

// create makes the cluster's machines.
func (c *cluster) create(timeout time.Duration, args ...string) {
	c.t.Helper()

	if accel != "" {
		args = append(args, "--accel", accel)
	}

	c.must(timeout, append([]string{"cluster", "create", "qemu", "--name", c.name, "--assets", c.out}, args...)...)

	accel = c.state().Accel
}

// kubectlPath is the one built with the parts: the cluster's own version.
func (c *cluster) kubectlPath() string {
	c.t.Helper()

	matches, _ := filepath.Glob(filepath.Join(c.out, "parts-*", "bin", "kubectl")) //nolint:errcheck
	if len(matches) == 0 {
		c.t.Fatal("kubectl is not among the parts; build with `make parts`")
	}

	return matches[0]
}

func (c *cluster) kubectl(timeout time.Duration, stdin string, args ...string) string {
	c.t.Helper()

	out, err := c.command(timeout, stdin, c.kubectlPath(), args...)
	if err != nil {
		c.t.Fatal(err)
	}

	return out
}

// clusterState is what cluster.json says.
type clusterState struct {
	Accel string
	Nodes []node
}

func (c *cluster) state() clusterState {
	c.t.Helper()

	raw, err := os.ReadFile(filepath.Join(c.home, "clusters", c.name, "cluster.json"))
	if err != nil {
		c.t.Fatal(err)
	}

	var state clusterState
	if err = json.Unmarshal(raw, &state); err != nil {
		c.t.Fatal(err)
	}

	return state
}

func (c *cluster) nodes() []node {
	c.t.Helper()

	return c.state().Nodes
}

// eventually tries until it works; the error of the last try is the failure.
func (c *cluster) eventually(timeout time.Duration, what string, try func() error) {
	c.t.Helper()

	var err error

	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(2 * time.Second) {
		if err = try(); err == nil {
			return
		}
	}

	c.t.Fatalf("wait for %s: %v", what, err)
}
