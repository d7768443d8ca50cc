package talosctl

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
	"k8s.io/client-go/tools/clientcmd"
	kubeconfigv1 "k8s.io/client-go/tools/clientcmd/api/v1"
	strict "sigs.k8s.io/yaml"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

// A talosconfig has no key that its declaration lacks, however it came about and
// whatever its context is called.
func TestTalosconfigIsStrict(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"c", "true", "10", "a: b", "#", "ünïcode"} {
		path := filepath.Join(t.TempDir(), "talosconfig")

		for _, args := range [][]string{
			{"gen", "config", name, "https://10.0.0.10:6443", "-t", "talosconfig", "-o", path},
			{"config", "endpoint", "10.0.0.10", "fd00::1", "--talosconfig", path},
			{"config", "node", "10.0.0.11", "--talosconfig", path},
		} {
			var out strings.Builder
			if code := execute(context.Background(), args, &out, &out); code != 0 {
				t.Fatalf("%q: %s", args, out.String())
			}

			read := readTalosconfig(t, path)

			c := read.Contexts[name]
			if read.Context != name || len(read.Contexts) != 1 || c == nil {
				t.Fatalf("after %q the file has %q, and %q is selected", args, read.Names(), read.Context)
			}

			if _, err := c.TLS(); err != nil {
				t.Errorf("after %q: %s", args, err)
			}
		}

		c := readTalosconfig(t, path).Contexts[name]
		if !slices.Equal(c.Endpoints, []string{"10.0.0.10", "fd00::1"}) || !slices.Equal(c.Nodes, []string{"10.0.0.11"}) {
			t.Errorf("%s: endpoints %q and nodes %q", name, c.Endpoints, c.Nodes)
		}
	}
}

func readTalosconfig(t *testing.T, path string) *talosconfig.Config {
	t.Helper()

	a := &app{stdout: io.Discard, stderr: io.Discard}

	raw, err := a.readInput(path)
	if err != nil {
		t.Fatal(err)
	}

	dec := yaml.NewDecoder(bytes.NewReader(raw))

	var read talosconfig.Config
	if err = dec.Decode(&read); err != nil {
		t.Fatalf("%s\n%s", err, raw)
	}

	if unknown := read.Unknown(); len(unknown) > 0 {
		t.Fatalf("%q\n%s", unknown, raw)
	}

	if err = dec.Decode(&read); err != io.EOF {
		t.Errorf("more follows: %v", err)
	}

	return &read
}

// Kubernetes' own reader takes the kubeconfigs that nodes give, before and after they
// are merged into others, without a key that it does not know or reads twice.
func TestKubeconfigIsStrict(t *testing.T) {
	t.Parallel()

	bundle, err := secrets.New(time.Now(), contract.Current())
	if err != nil {
		t.Fatal(err)
	}

	pair, err := secrets.KubernetesClient(bundle.Certs.K8s, time.Now(), time.Hour, "admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}

	for _, cluster := range []string{"home", "true", "10", "a: b", "#1", "it's"} {
		for _, server := range []string{"https://10.0.0.1:6443", "https://[fd00::1]:6443", "https://cp.example.org"} {
			fresh := kubeclient.Kubeconfig{
				Cluster: cluster, User: "admin", Server: server, ServerName: "kubernetes", Namespace: "default",
				CA: bundle.Certs.K8s.Crt, Client: pair,
			}
			readKubeconfig(t, []byte(fresh.Text()), fresh)

			merged, _, err := mergeKubeconfig(nil, []byte(fresh.Text()), "", false)
			if err != nil {
				t.Fatal(err)
			}

			readKubeconfig(t, merged, fresh)

			// One that is there, with a cluster of the same name somewhere else.
			other := fresh
			other.Server = "https://192.0.2.1"

			if merged, _, err = mergeKubeconfig([]byte(other.Text()), merged, "", false); err != nil {
				t.Fatal(err)
			}

			if both := readKubeconfig(t, merged, fresh); len(both.Clusters) != 2 || len(both.AuthInfos) != 2 || len(both.Contexts) != 2 {
				t.Errorf("two clusters are\n%s", merged)
			}

			if merged, _, err = mergeKubeconfig([]byte(other.Text()), []byte(fresh.Text()), "mine", true); err != nil {
				t.Fatal(err)
			}

			readKubeconfig(t, merged, fresh)
		}
	}
}

// readKubeconfig wants a file whose current context leads to one cluster.
func readKubeconfig(t *testing.T, raw []byte, want kubeclient.Kubeconfig) kubeconfigv1.Config {
	t.Helper()

	var file kubeconfigv1.Config
	if err := strict.UnmarshalStrict(raw, &file); err != nil {
		t.Fatalf("%s\n%s", err, raw)
	}

	loaded, err := clientcmd.Load(raw)
	if err != nil {
		t.Fatalf("%s\n%s", err, raw)
	}

	if err = clientcmd.Validate(*loaded); err != nil {
		t.Errorf("%s\n%s", err, raw)
	}

	rest, err := clientcmd.RESTConfigFromKubeConfig(raw)
	if err != nil {
		t.Fatalf("%s\n%s", err, raw)
	}

	if rest.Host != want.Server || rest.ServerName != want.ServerName || !bytes.Equal(rest.CAData, want.CA) ||
		!bytes.Equal(rest.CertData, want.Client.Crt) || !bytes.Equal(rest.KeyData, want.Client.Key) {
		t.Errorf("the current context leads to %s as %s:\n%s", rest.Host, rest.ServerName, raw)
	}

	return file
}
