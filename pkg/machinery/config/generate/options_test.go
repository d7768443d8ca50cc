package generate_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Each option is in what the machine acts on, whichever form the release line has for it.
func TestOptionsReachTheConfigs(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.11", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://10.0.0.1:6443", "v1.36.2", generate.WithContract(c), generate.WithSecrets(fixed(c)),
			generate.WithInstallDisk("/dev/vdb"), generate.WithInstallImage("installer:v1"), generate.WithExtraKernelArgs("a=b"), generate.WithExtraKernelArgs("c"),
			generate.WithDebug(true), generate.WithAllowSchedulingOnControlPlanes(true), generate.WithLocalAPIServerPort(7443),
			generate.WithPodSubnets(netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd01::/56")),
			generate.WithServiceSubnets(netip.MustParsePrefix("10.2.0.0/16")), generate.WithCNI(v1alpha1.CNINone), generate.WithDNSDomain("example.org"),
			generate.WithSysctls(map[string]string{"vm.a": "1"}), generate.WithClusterDiscovery(false),
			generate.WithRegistryMirror("a.io", "https://b"), generate.WithRegistryMirror("a.io", "https://c"), generate.WithRegistryMirror("d.io", "https://e"),
			generate.WithDocuments(&document.KmsgLogConfig{Name: "log"}), generate.WithDocuments(&document.KmsgLogConfig{Name: "log2"}))
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			e := cfg.Effective()
			m, cl := e.Machine, e.Cluster

			for what, ok := range map[string]bool{
				"install":    m.Install.Disk == "/dev/vdb" && m.Install.Image == "installer:v1" && slices.Equal(m.Install.ExtraKernelArgs, []string{"a=b", "c"}),
				"debug":      e.Debug != nil && *e.Debug,
				"pods":       slices.Equal(cl.Network.PodSubnets, []string{"10.1.0.0/16", "fd01::/56"}),
				"services":   slices.Equal(cl.Network.ServiceSubnets, []string{"10.2.0.0/16"}),
				"domain":     cl.Network.DNSDomain == "example.org",
				"sysctls":    m.Sysctls["vm.a"] == "1",
				"discovery":  !*cl.Discovery.Enabled,
				"mirrors":    slices.Equal(m.Registries.Mirrors["a.io"].Endpoints, []string{"https://b", "https://c"}) && len(m.Registries.Mirrors["d.io"].Endpoints) == 1,
				"documents":  len(config.Docs[document.KmsgLogConfig](cfg)) == 2,
				"kubelet":    strings.HasSuffix(m.Kubelet.Image, ":v1.36.2"),
				"scheduling": typ == generate.Worker || *cl.AllowSchedulingOnControlPlanes,
				"API port":   typ == generate.Worker || cl.ControlPlane.LocalAPIServerPort == 7443,
				"CNI":        typ == generate.Worker || cl.Network.CNI.Name == v1alpha1.CNINone,
			} {
				if !ok {
					t.Errorf("%s %s: no %s in\n%s", line, typ, what, cfg.Bytes())
				}
			}
		}
	}
}

// A cluster that is older than secretbox keeps its key, and reads what it has written
// with it, when newer configs are made for it.
func TestKeysOfEtcdAreKept(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.2", "v1.11", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		for _, secretbox := range []string{"", "new key"} {
			b := fixed(c)
			b.Secrets.AESCBCEncryptionSecret, b.Secrets.SecretboxEncryptionSecret = "old key", secretbox

			in, err := generate.New("c", "https://a:6443", "", generate.WithContract(c), generate.WithSecrets(b), generate.WithInstallDisk(""), generate.WithInstallImage(""))
			if err != nil {
				t.Fatal(err)
			}

			cfg, err := in.Config(generate.ControlPlane)
			if err != nil {
				t.Fatal(err)
			}

			if line == "v1.2" {
				secretbox = "" // it would not know it
			}

			got, err := secrets.FromConfig(cfg)
			if err != nil || got.Secrets.AESCBCEncryptionSecret != "old key" || got.Secrets.SecretboxEncryptionSecret != secretbox {
				t.Errorf("%s: %q and %q, %v", line, got.Secrets.AESCBCEncryptionSecret, got.Secrets.SecretboxEncryptionSecret, err)
			}

			if e := cfg.Effective(); e.Machine.Install.Disk != "" || e.Folded.InstallMatch != "" || strings.Contains(string(cfg.Bytes()), "UnattendedInstallConfig") {
				t.Errorf("%s: it installs, and nobody said so:\n%s", line, cfg.Bytes())
			}

			worker, err := in.Config(generate.Worker)
			if err != nil {
				t.Fatal(err)
			}

			if _, err = secrets.FromConfig(worker); err == nil || strings.Contains(string(worker.Bytes()), "old key") {
				t.Errorf("%s: a worker has secrets of the control plane: %v", line, err)
			}
		}
	}
}

func TestClientConfiguration(t *testing.T) {
	t.Parallel()

	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

	in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithClock(func() time.Time { return now }),
		generate.WithEndpoints("10.0.0.1", "cp.example.org"), generate.WithRoles("os:reader"), generate.WithClientLifetime(time.Hour))
	if err != nil {
		t.Fatal(err)
	}

	client, err := in.Client()
	if err != nil {
		t.Fatal(err)
	}

	crt, err := client.Pair.GetCert()
	if err != nil {
		t.Fatal(err)
	}

	if !slices.Equal(crt.Subject.Organization, []string{"os:reader"}) || !crt.NotAfter.Equal(now.Add(time.Hour)) {
		t.Errorf("certificate for %q until %s", crt.Subject.Organization, crt.NotAfter)
	}

	ca, err := (&x509.PEMEncodedCertificate{Crt: client.CA}).GetCert()
	if err != nil || crt.CheckSignatureFrom(ca) != nil || !ca.NotAfter.Equal(now.Add(87600*time.Hour)) {
		t.Errorf("the authority is not that of the certificate, or not from that day: %v", err)
	}

	file, err := in.Talosconfig()
	if err != nil || !strings.Contains(string(file), "endpoints:\n            - 10.0.0.1\n            - cp.example.org\n") {
		t.Errorf("%v\n%s", err, file)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()

	old, err := contract.Parse("v1.2")
	if err != nil {
		t.Fatal(err)
	}

	none := fixed(contract.Current())
	none.Certs.Etcd.Key = nil

	for _, tt := range []struct {
		name, endpoint, kubernetes string
		opts                       []generate.Option
		want                       string
	}{
		{"", "https://a:6443", "", nil, "needs a name"},
		{"c", "https://a:6443", "1.36", nil, `"1.36" is no version of Kubernetes`},
		{"c", "https://a:6443", "2.36.1", nil, "is no version of Kubernetes"},
		{"c", "https://u:p@a:6443", "", nil, "has a user or password"},
		{"c", "http://a:6443", "", nil, "is not an https URL"},
		{"c", "https://:6443", "", nil, "is not an https URL"},
		{"c", "https://a:6443", "", []generate.Option{generate.WithSecrets(none)}, "has no certs.etcd"},
		{"c", "https://a:6443", "", []generate.Option{generate.WithSecrets(&secrets.Bundle{})}, "has no cluster.id, cluster.secret, secrets.bootstraptoken, secrets.secretboxencryptionsecret, trustdinfo.token, certs.etcd, certs.k8s, certs.k8saggregator, certs.k8sserviceaccount, certs.os"},
		{"c", "https://a:6443", "", []generate.Option{generate.WithContract(old), generate.WithSecrets(fixed(contract.Current()))}, "secrets.aescbcencryptionsecret, the only kind that v1.2 takes"},
	} {
		if _, err := generate.New(tt.name, tt.endpoint, tt.kubernetes, tt.opts...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q %q %q: %v, want %s", tt.name, tt.endpoint, tt.kubernetes, err, tt.want)
		}
	}

	in, err := generate.New("c", "https://a:6443", "", generate.WithSecrets(fixed(contract.Current())))
	if err != nil {
		t.Fatal(err)
	}

	if _, err = in.Config("join"); err == nil {
		t.Error("a machine of no known type is made")
	}
}
