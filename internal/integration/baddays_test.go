//go:build qemu

package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

// TestBadDays is what people and neighbours do to a node that runs: bad configs,
// a service that cannot start, callers that may not. None of it needs Kubernetes.
func TestBadDays(t *testing.T) {
	c := newCluster(t, "test-bad-days")
	c.create(5*time.Minute, "--workers", "1", "--skip-config")

	nodes := c.nodes()
	dir := c.genConfig(nodes[0].Address, "/dev/vda")
	cfg := filepath.Join(dir, "controlplane.yaml")

	from := c.apply(nodes[0], cfg)
	c.waitConsole(3*time.Minute, nodes[0].Name, from, sayBooted)

	t.Run("token", func(t *testing.T) { c.in(t).wrongToken(nodes[1], filepath.Join(dir, "worker.yaml")) })
	t.Run("configs", func(t *testing.T) { c.in(t).badConfigs(cfg) })
	t.Run("callers", func(t *testing.T) { c.in(t).badCallers(cfg) })
	t.Run("crash", func(t *testing.T) { c.in(t).crash(cfg) })
	t.Run("token refused", func(t *testing.T) { c.in(t).logged("trustd", "wrong token", nodes[1].Address) })
}

// wrongToken starts a worker that does not know the cluster's token.
func (c *cluster) wrongToken(n node, cfg string) {
	raw, err := os.ReadFile(cfg)
	if err != nil {
		c.t.Fatal(err)
	}

	// The first token of the file is machine.token; the second one is Kubernetes'.
	loc := regexp.MustCompile(`(?m)^    token: \S+$`).FindIndex(raw)
	if loc == nil {
		c.t.Fatal("no machine.token in the worker's config")
	}

	bad := filepath.Join(c.t.TempDir(), "worker.yaml")
	write(c.t, bad, string(raw[:loc[0]])+"    token: aaaaaa.bbbbbbbbbbbbbbbb"+string(raw[loc[1]:]))

	c.apply(n, bad)
}

// logged waits for the line that a service writes about a refused caller.
func (c *cluster) logged(service, cause, caller string) {
	c.t.Helper()

	c.eventually(2*time.Minute, service+" to log "+cause, func() error {
		out, err := c.run(time.Minute, "", "logs", service)
		if err != nil {
			return err
		}

		for line := range strings.Lines(out) {
			if strings.Contains(line, "caller refused") && strings.Contains(line, cause) && strings.Contains(line, "total=") && strings.Contains(line, caller) {
				return nil
			}
		}

		return errors.New("no such line in:\n" + out)
	})
}

// badConfigs are refused with the place of the mistake, and change nothing.
func (c *cluster) badConfigs(cfg string) {
	good, err := os.ReadFile(cfg)
	if err != nil {
		c.t.Fatal(err)
	}

	before := c.must(time.Minute, "get", "machineconfigs", "-o", "yaml")

	for _, bad := range []struct {
		name, from, to string
		// says is what the refusal has to name: path, line, hint.
		says []string
	}{
		{"unknown key", "machine:\n", "machine:\n    kubeletes: {}\n", []string{"machine.kubeletes", "line", "kubelet"}},
		{"wrong type", "machine:\n", "machine:\n    sysctls: [1, 2]\n", []string{"machine.sysctls", "line"}},
		{"wrong type, other way round", "cluster:\n", "cluster:\n    apiServer: {auditPolicy: nonsense}\n", []string{"cluster.apiServer.auditPolicy", "line"}},
		{"unknown kind", "", "---\napiVersion: v1alpha1\nkind: HostnameConfigg\n", []string{"HostnameConfigg", "line", "HostnameConfig"}},
		{"bad CIDR", "", "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth9\naddresses: [{address: 10.0.0.300/24}]\n", []string{"LinkConfig", "addresses", "10.0.0.300/24", "line"}},
	} {
		path := filepath.Join(c.t.TempDir(), "bad.yaml")

		text := string(good) + bad.to
		if bad.from != "" {
			text = strings.Replace(string(good), bad.from, bad.to, 1)
		}

		write(c.t, path, text)

		// talosctl looks at a config itself; other clients leave it to the node.
		_, byClient := c.run(time.Minute, "", "apply-config", "-f", path)

		for who, err := range map[string]error{"talosctl": byClient, "the node": c.send(text)} {
			if err == nil {
				c.t.Errorf("%s: accepted by %s", bad.name, who)

				continue
			}

			for _, want := range bad.says {
				if !strings.Contains(err.Error(), want) {
					c.t.Errorf("%s: %s says %v\nwhich does not name %q", bad.name, who, err, want)
				}
			}
		}
	}

	if after := c.must(time.Minute, "get", "machineconfigs", "-o", "yaml"); after != before {
		c.t.Errorf("a refused config changed the running one:\n%s", after)
	}
}

// send gives the node a config as it is.
func (c *cluster) send(text string) error {
	c.t.Helper()

	api := c.client()
	defer api.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()

	_, err := api.Machine.ApplyConfiguration(ctx, &machine.ApplyConfigurationRequest{Data: []byte(text)})

	return err
}

// client speaks to the node that talosctl speaks to.
func (c *cluster) client() *client.Client {
	c.t.Helper()

	cfg, err := talosconfig.Open(c.talosconfig)
	if err != nil {
		c.t.Fatal(err)
	}

	api, err := client.New(client.WithConfig(cfg, ""))
	if err != nil {
		c.t.Fatal(err)
	}

	return api
}

// badCallers are refused, logged with the reason, and counted.
func (c *cluster) badCallers(cfg string) {
	at := endpoint(c.nodes()[0])
	dir := c.t.TempDir()

	own, err := talosconfig.Open(c.talosconfig)
	if err != nil {
		c.t.Fatal(err)
	}

	bundle, err := secretsOf(cfg)
	if err != nil {
		c.t.Fatal(err)
	}

	caller := func(name string, issued time.Time, from *secrets.Bundle, roles ...string) string {
		crt, err := secrets.Client(from.Certs.OS, issued, time.Hour, roles...)
		if err != nil {
			c.t.Fatal(err)
		}

		selected, err := own.Select("")
		if err != nil {
			c.t.Fatal(err)
		}

		mine := *selected
		// The client believes the node in any case, or it would be the one to refuse.
		mine.SetCertificate(bundle.Certs.OS.Crt, crt.Crt, crt.Key)

		path := filepath.Join(dir, name)
		if err = (&talosconfig.Config{Context: name, Contexts: map[string]*talosconfig.Context{name: &mine}}).Save(path); err != nil {
			c.t.Fatal(err)
		}

		return path
	}

	c.must(time.Minute, "gen", "config", "other", "https://10.5.0.2:6443", "-o", filepath.Join(dir, "other"))

	other, err := secretsOf(filepath.Join(dir, "other", "controlplane.yaml"))
	if err != nil {
		c.t.Fatal(err)
	}

	c.refused("", "version", "--talosconfig", caller("stranger", time.Now(), other, "os:admin"), "-e", at)
	c.logged("apid", "unknown CA", "")

	c.refused("", "version", "--talosconfig", caller("expired", time.Now().Add(-2*time.Hour), bundle, "os:admin"), "-e", at)
	c.logged("apid", "expired client certificate", "")

	reader := caller("reader", time.Now(), bundle, "os:reader")
	c.must(time.Minute, "version", "--talosconfig", reader, "-e", at)
	c.refused("permission denied", "reboot", "--wait=false", "--talosconfig", reader, "-e", at)
	c.logged("apid", "role", "")
}

func secretsOf(path string) (*secrets.Bundle, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	cfg, err := config.Load(raw)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}

	return secrets.FromConfig(cfg)
}

// crash gives the kubelet an argument that it does not know, and takes it back.
func (c *cluster) crash(cfg string) {
	c.eventually(5*time.Minute, "the kubelet to be healthy", c.kubeletIs("Running", "OK"))

	c.must(time.Minute, "apply-config", "-f", cfg, "--config-patch", `{"machine": {"kubelet": {"extraArgs": {"no-such-flag": "1"}}}}`)

	var shown string

	c.eventually(3*time.Minute, "three attempts to start the kubelet", func() (err error) {
		if shown, err = c.run(time.Minute, "", "service", "kubelet"); err == nil && strings.Count(shown, "Starting again in") < 3 {
			err = errors.New(shown)
		}

		return err
	})

	pauses := regexp.MustCompile(`Starting again in (\S+) after: (.*)`).FindAllStringSubmatch(shown, -1)

	// The newest comes first: each pause is longer than the one before.
	for i := 1; i < len(pauses); i++ {
		newer, errN := time.ParseDuration(pauses[i-1][1])
		older, errO := time.ParseDuration(pauses[i][1])

		if err := errors.Join(errN, errO); err != nil || newer < older {
			c.t.Errorf("pauses do not grow: %v %v", pauses, err)
		}

		if !strings.Contains(pauses[i][2], "ended with code") {
			c.t.Errorf("the reason does not tell how it ended: %s", pauses[i][2])
		}
	}

	if out := c.must(time.Minute, "logs", "kubelet"); !strings.Contains(out, "no-such-flag") {
		c.t.Errorf("the kubelet's log does not have the reason:\n%s", out)
	}

	c.must(time.Minute, "apply-config", "-f", cfg)
	c.eventually(3*time.Minute, "the kubelet to be healthy again", c.kubeletIs("Running", "OK"))
}

func (c *cluster) kubeletIs(state, health string) func() error {
	return func() error {
		out, err := c.run(time.Minute, "", "service", "kubelet")
		if err != nil {
			return err
		}

		for key, want := range map[string]string{"STATE": state, "HEALTH": health} {
			if !regexp.MustCompile(`(?m)^` + key + `\s+` + want + `\s*$`).MatchString(out) {
				return fmt.Errorf("%s is not %s:\n%s", key, want, out)
			}
		}

		return nil
	}
}

// TestInstallRefusals are configs for disks that cannot take the system: refused
// before a byte is written.
func TestInstallRefusals(t *testing.T) {
	c := newCluster(t, "test-refusals")
	c.create(5*time.Minute, "--workers", "0", "--boot", "iso", "--skip-config", "--disk", "1")

	n := c.nodes()[0]
	c.maintenance(n)

	before := c.diskSum(n.Name)

	for disk, want := range map[string]string{
		"/dev/vda":   "MiB at least", // too small
		"/dev/sr0":   "read-only",    // what it was booted from
		"/dev/loop0": "loop0",        // carries the running system
		"/dev/nvme7": "/dev/nvme7",   // not there
	} {
		cfg := filepath.Join(c.in(t).genConfig(n.Address, disk), "controlplane.yaml")
		c.refused(want, "apply-config", "--insecure", "-n", endpoint(n), "-f", cfg)
	}

	if c.diskSum(n.Name) != before {
		t.Error("the disk was written to")
	}

	if out := c.must(time.Minute, "get", "machinestatus", "--insecure", "-n", endpoint(n), "-o", "jsonpath={.spec.stage}"); strings.TrimSpace(out) != "maintenance" {
		t.Errorf("stage %q", out)
	}
}
