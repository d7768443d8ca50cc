package generate_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
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

// TestGolden pins what is generated for each release line. One that generates what the
// line before does has no file of its own.
func TestGolden(t *testing.T) {
	t.Parallel()

	// What the line before generates, by machine type.
	before := map[generate.MachineType]string{}

	for minor := 0; ; minor++ {
		line := fmt.Sprintf("v1.%d", minor)

		c, err := contract.Parse(line)
		if err != nil {
			if minor < 15 {
				t.Fatal(err)
			}

			break
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

			got := string(cfg.Bytes())
			same := got == before[typ]
			before[typ] = got

			golden(t, filepath.Join("testdata", strings.TrimPrefix(line, "v")+"-"+typ+".yaml"), got, same)
		}
	}
}

// golden compares with a file, which must not be there for what is the same as before.
func golden(t *testing.T, path, got string, same bool) {
	t.Helper()

	if *update && same {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	} else if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(path)

	switch {
	case same && err == nil:
		t.Errorf("%s says what the line before does; remove it", path)
	case same:
	case err != nil:
		t.Error(err)
	case string(want) != got:
		t.Errorf("%s is stale; run go test ./pkg/machinery/config/generate -update and look at the difference", path)
	}
}
