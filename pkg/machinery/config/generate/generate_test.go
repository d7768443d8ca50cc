package generate_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

func TestConfigOfEveryContract(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.1", "v1.2", "v1.3", "v1.5", "v1.6", "v1.8", "v1.11", "v1.12", "v1.13", "v1.14", "v1.15"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			c, err := contract.Parse(line)
			if err != nil {
				t.Fatal(err)
			}

			in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithContract(c), generate.WithAdditionalSANs("cp.example.org"))
			if err != nil {
				t.Fatal(err)
			}

			cp, err := in.Config(generate.ControlPlane)
			if err != nil {
				t.Fatal(err)
			}

			if !cp.CompleteForBoot() {
				t.Error("control plane config is not complete for boot")
			}

			got, err := secrets.FromConfig(cp)
			if err != nil {
				t.Fatal(err)
			}

			a, _ := got.Marshal()
			b, _ := in.Secrets.Marshal()

			if string(a) != string(b) {
				t.Errorf("secrets taken from the config differ:\n%s\n%s", a, b)
			}

			e := cp.Effective()
			if e.Cluster.ClusterName != "test" || e.Cluster.ControlPlane.Endpoint.String() != "https://10.0.0.1:6443" {
				t.Errorf("cluster is %q at %q", e.Cluster.ClusterName, e.Cluster.ControlPlane.Endpoint)
			}

			if e.Machine.Install.Disk != "/dev/sda" {
				t.Errorf("install disk is %q", e.Machine.Install.Disk)
			}

			w, err := in.Config(generate.Worker)
			if err != nil {
				t.Fatal(err)
			}

			we := w.Effective()
			if len(we.Machine.CA.Key) > 0 || len(we.Cluster.CA.Key) > 0 || we.Cluster.Etcd.CA != nil || we.Cluster.ServiceAccount != nil {
				t.Error("worker config holds keys of the control plane")
			}

			if len(we.Cluster.CA.Crt) == 0 {
				t.Error("worker config has no Kubernetes CA")
			}

			if _, err := in.Talosconfig(); err != nil {
				t.Error(err)
			}

		})
	}
}

func TestEndpointsAreHintedAt(t *testing.T) {
	t.Parallel()

	for in, hint := range map[string]string{
		"a":                        "try https://a:6443",
		"a:7443":                   "try https://a:7443",
		"http://a":                 "try https://a:6443",
		"fd00::1":                  "try https://[fd00::1]:6443",
		"https://fd00::1":          "try https://[fd00::1]:6443",
		"https://10.0.0.1:443:443": "try https://HOST:6443",
		"https://":                 "try https://HOST:6443",
		"":                         "try https://HOST:6443",
	} {
		if _, err := generate.ParseEndpoint(in); err == nil || !strings.HasSuffix(err.Error(), hint) {
			t.Errorf("%q: %v, without %q", in, err, hint)
		}
	}
}
