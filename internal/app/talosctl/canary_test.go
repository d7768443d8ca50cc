package talosctl

import (
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

// secretsOf are the secrets of a control plane config, as they stand in files.
func secretsOf(t *testing.T, cfg *config.Config) []string {
	t.Helper()

	b, err := secrets.FromConfig(cfg)
	if err != nil {
		t.Fatal(err)
	}

	out := []string{b.Cluster.Secret, b.Secrets.BootstrapToken, b.Secrets.SecretboxEncryptionSecret, b.TrustdInfo.Token}

	for _, key := range [][]byte{b.Certs.OS.Key, b.Certs.K8s.Key, b.Certs.Etcd.Key, b.Certs.K8sAggregator.Key, b.Certs.K8sServiceAccount.Key} {
		// Any line of a key gives it away, and so does its beginning as base64.
		for line := range strings.Lines(string(key)) {
			if !strings.HasPrefix(line, "-----") {
				out = append(out, strings.TrimSpace(line))
			}
		}

		out = append(out, base64.StdEncoding.EncodeToString(key)[:60])
	}

	return out
}

// TestSecretsStayInFiles runs what works on configs, right and wrong, and looks for
// every secret of a real one in what a person sees.
func TestSecretsStayInFiles(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }

	write := func(name, text string) string {
		t.Helper()

		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}

		return at(name)
	}

	for _, line := range []string{"v1.11", "v1.14"} {
		gen := []string{"gen", "config", "c", "https://10.0.0.10:6443", "--talos-version", line, "-o", at(line)}
		if code := execute(t.Context(), gen, io.Discard, io.Discard); code != 0 {
			t.Fatal(code)
		}

		raw, err := os.ReadFile(at(line + "/controlplane.yaml"))
		if err != nil {
			t.Fatal(err)
		}

		cfg, err := config.Load(raw)
		if err != nil {
			t.Fatal(err)
		}

		canaries := slices.DeleteFunc(secretsOf(t, cfg), func(c string) bool { return !strings.Contains(string(raw), c) })
		if len(canaries) < 9 {
			t.Fatalf("%s: only %d secrets are in the file as they are", line, len(canaries))
		}

		whole := at(line + "/controlplane.yaml")
		worker := at(line + "/worker.yaml")

		// Every secret where a list is wanted, and the file cut off in the middle.
		wrong := string(raw)
		for _, c := range canaries {
			wrong = strings.ReplaceAll(wrong, c, "["+c)
		}

		broken := write(line+"-wrong.yaml", wrong)
		cut := write(line+"-cut.yaml", string(raw[:len(raw)*2/3])+"\n  x: [")
		twice := write(line+"-twice.yaml", string(raw)+"---\n"+string(raw))

		for _, args := range [][]string{
			gen,
			{"validate", "-m", "metal", "--strict", "-c", whole},
			{"validate", "-m", "container", "--strict", "-c", whole},
			{"validate", "-m", "metal", "-c", broken},
			{"validate", "-m", "metal", "-c", cut},
			{"validate", "-m", "metal", "-c", twice},
			{"machineconfig", "diff", whole, worker},
			{"machineconfig", "diff", worker, whole},
			{"machineconfig", "diff", whole, worker, "-o", "json"},
			{"machineconfig", "patch", worker, "-p", "@" + broken, "-o", at("out.yaml")},
			{"machineconfig", "patch", whole, "-p", "[{op: remove, path: /none}]", "-o", at("out.yaml")},
			{"machineconfig", "patch", whole, "-p", "@" + worker, "-o", at("out.yaml")},
			{"gen", "config", "c", "https://10.0.0.10:6443", "--with-secrets", whole, "-o", at("no")},
			{"gen", "config", "c", "https://10.0.0.10:6443", "--with-secrets", broken, "-o", at("no")},
			{"gen", "secrets", "--from-controlplane-config", broken, "-o", at("no")},
			{"gen", "csr", "--key", whole},
			{"gen", "crt", "--ca", at(line), "--csr", whole, "--name", at("no")},
			{"inject", "serviceaccount", "-f", whole},
			{"validate", "-m", "metal", "-c", worker, "--age-identity", whole},
		} {
			var b bytes.Buffer

			execute(t.Context(), args, &b, &b)

			for _, c := range canaries {
				if strings.Contains(b.String(), c) {
					t.Errorf("%s: %q shows %q:\n%s", line, args, c, &b)

					break
				}
			}
		}
	}
}
