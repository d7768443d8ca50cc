//go:build qemu

package integration

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// deployment with a Service, from an image of the bundle.
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: "ghcr.io/talos-os/testpod:v1", args: ["serve", ":8080"], ports: [{containerPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`

// TestCluster is the life of a cluster of a control plane node and a worker
// started from the disk image.
func TestCluster(t *testing.T) {
	c := newCluster(t, "test-cluster")
	c.create(30*time.Minute, "--workers", "1")

	nodes := c.nodes()
	cp, worker := nodes[0].Address, nodes[1].Address

	if answer := c.must(10*time.Minute, "cluster", "verify", "--name", c.name); !strings.Contains(answer, "hello from") {
		t.Errorf("the pod's answer: %q", answer)
	}

	t.Run("api", func(t *testing.T) { c.in(t).api(cp, worker) })
	t.Run("refusals", func(t *testing.T) { c.in(t).refusals(cp) })
	t.Run("workload", func(t *testing.T) { c.in(t).workload() })
	t.Run("reboot", func(t *testing.T) { c.in(t).reboot(cp) })
}

// in is the cluster as seen by a sub-test.
func (c *cluster) in(t *testing.T) *cluster {
	t.Helper()

	sub := *c
	sub.t = t

	return &sub
}

// api calls both nodes through the control plane's endpoint.
func (c *cluster) api(cp, worker string) {
	for _, n := range []string{cp, worker} {
		if out := c.must(time.Minute, "version", "-n", n); !strings.Contains(out, "Server:") || !strings.Contains(out, n) {
			c.t.Errorf("version of %s: %s", n, out)
		}

		if out := c.must(time.Minute, "service", "-n", n); !strings.Contains(out, "kubelet") {
			c.t.Errorf("services of %s: %s", n, out)
		}

		if out := c.must(time.Minute, "get", "addresses", "-n", n); !strings.Contains(out, n+"/24") {
			c.t.Errorf("addresses of %s: %s", n, out)
		}

		if out := c.must(time.Minute, "dmesg", "-n", n); !strings.Contains(out, "Linux version") {
			c.t.Errorf("kernel log of %s does not start at its start", n)
		}
	}

	if out := c.must(time.Minute, "get", "machinestatus", "-o", "jsonpath={.spec.stage}", "-n", worker); strings.TrimSpace(out) != "running" {
		c.t.Errorf("stage of the worker: %q", out)
	}
}

// refusals are what a node must not do, whoever asks.
func (c *cluster) refusals(cp string) {
	c.refused("exists already", "bootstrap", "-n", cp)

	dir := c.t.TempDir()

	// A stranger: the right form of certificate from another CA.
	c.must(time.Minute, "gen", "config", "other", "https://10.5.0.2:6443", "-o", dir)

	stranger := filepath.Join(dir, "talosconfig")
	c.refused("", "version", "--talosconfig", stranger, "-e", endpoint(c.nodes()[0]), "-n", cp)

	bad := filepath.Join(dir, "bad.yaml")
	write(c.t, bad, "version: v1alpha1\nmachine:\n  type: worker\n  kubeletes: {}\n")
	c.refused("kubeletes", "apply-config", "-n", cp, "-f", bad)
}

func endpoint(n node) string { return fmt.Sprintf("127.0.0.1:%d", n.APIPort) }

func write(t *testing.T, path, text string) {
	t.Helper()

	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// workload does what people do with kubectl.
func (c *cluster) workload() {
	c.kubectl(time.Minute, deployment, "apply", "-f", "-")
	c.kubectl(10*time.Minute, "", "rollout", "status", "deployment/web", "--timeout=10m")

	pod := strings.TrimSpace(c.kubectl(time.Minute, "", "get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}"))

	// The pod has one program, so exec is another copy of it.
	if out := c.kubectl(5*time.Minute, "", "exec", pod, "--", "/testpod", "ask", "http://web.default.svc.cluster.local/"); !strings.Contains(out, "hello from web-") {
		c.t.Errorf("exec: %q", out)
	}

	c.kubectl(time.Minute, "", "logs", pod)
	c.portForward(pod)
}

func (c *cluster) portForward(pod string) {
	cmd := exec.Command(c.kubectlPath(), "port-forward", pod, "18080:8080")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)

	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}

	defer func() {
		cmd.Process.Kill() //nolint:errcheck
		cmd.Wait()         //nolint:errcheck
	}()

	c.eventually(2*time.Minute, "the forwarded port", func() error {
		resp, err := http.Get("http://127.0.0.1:18080/")
		if err != nil {
			return err
		}
		defer resp.Body.Close() //nolint:errcheck

		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}

		return nil
	})
}

// reboot of the control plane brings back etcd's data and the pods.
func (c *cluster) reboot(cp string) {
	c.kubectl(time.Minute, "", "create", "configmap", "before", "--from-literal=reboot=yes")
	c.must(20*time.Minute, "reboot", "--wait", "-n", cp)

	c.eventually(5*time.Minute, "the object from before the reboot", func() error {
		out, err := c.command(time.Minute, "", c.kubectlPath(), "get", "configmap", "before", "-o", "jsonpath={.data.reboot}")
		if err == nil && out != "yes" {
			err = fmt.Errorf("got %q", out)
		}

		return err
	})

	c.kubectl(10*time.Minute, "", "rollout", "status", "deployment/web", "--timeout=10m")
}
