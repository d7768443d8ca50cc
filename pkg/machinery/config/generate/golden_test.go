package generate_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

var update = flag.Bool("update", false, "rewrite golden files")

// fixed is a bundle whose contents are easy to tell apart in a golden file.
func fixed(c contract.Contract) *secrets.Bundle {
	pair := func(name string) *x509.PEMEncodedCertificateAndKey {
		return &x509.PEMEncodedCertificateAndKey{Crt: []byte(name + " certificate\n"), Key: []byte(name + " key\n")}
	}

	b := &secrets.Bundle{
		Cluster:    secrets.Cluster{ID: "cluster id", Secret: "cluster secret"},
		Secrets:    secrets.Secrets{BootstrapToken: "bootstrap token"},
		TrustdInfo: secrets.TrustdInfo{Token: "trustd token"},
		Certs: secrets.Certs{
			OS: pair("os"), K8s: pair("k8s"), Etcd: pair("etcd"), K8sAggregator: pair("aggregator"),
			K8sServiceAccount: &x509.PEMEncodedKey{Key: []byte("service account key\n")},
		},
	}

	if c.Has(contract.SecretboxEncryptionSupported) {
		b.Secrets.SecretboxEncryptionSecret = "secretbox key"
	} else {
		b.Secrets.AESCBCEncryptionSecret = "aescbc key"
	}

	return b
}

// TestGolden pins what is generated for each release line that differs from the
// one before.
func TestGolden(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.1", "v1.2", "v1.3", "v1.5", "v1.6", "v1.7", "v1.8", "v1.11", "v1.12", "v1.13", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://cp.example.org:6443", "1.37.1",
			generate.WithContract(c), generate.WithSecrets(fixed(c)), generate.WithAdditionalSANs("10.0.0.2"),
			generate.WithKubeSpan(), generate.WithRegistryMirror("docker.io", "http://10.0.0.3:5000"))
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			path := filepath.Join("testdata", strings.TrimPrefix(line, "v")+"-"+typ+".yaml")

			if *update {
				if err := os.WriteFile(path, cfg.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}

				continue
			}

			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}

			if string(want) != string(cfg.Bytes()) {
				t.Errorf("%s is stale; run go test ./pkg/machinery/config/generate -update and look at the difference", path)
			}
		}
	}
}
