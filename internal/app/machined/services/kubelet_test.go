package services

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	bundle "github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

func authority(t *testing.T) *x509.PEMEncodedCertificateAndKey {
	t.Helper()

	ca, err := x509.NewSelfSignedCertificateAuthority(x509.ECDSA(true))
	if err != nil {
		t.Fatal(err)
	}

	return &x509.PEMEncodedCertificateAndKey{Crt: ca.CrtPEM, Key: ca.KeyPEM}
}

func TestKubeletFiles(t *testing.T) {
	t.Parallel()

	ca, other := authority(t), authority(t)
	endpoint, _ := url.Parse("https://10.5.0.2:6443") //nolint:errcheck
	secret := &secrets.KubeletSpec{
		Endpoint: endpoint, BootstrapTokenID: "abcdef", BootstrapTokenSecret: "0123456789abcdef",
		AcceptedCAs: []*x509.PEMEncodedCertificate{{Crt: ca.Crt}, {Crt: other.Crt}},
	}
	spec := &k8s.KubeletSpec{
		ExpectedNodename: "node-1", Args: []string{"--config=/etc/kubernetes/other.yaml"}, Config: map[string]any{"kind": "KubeletConfiguration"},
	}
	now := time.Now()

	for _, tt := range []struct {
		name   string
		issuer *x509.PEMEncodedCertificateAndKey
		node   string
		server string
		at     time.Time
		kept   string
	}{
		{"identity in use", ca, "node-1", endpoint.String(), now, "certificate kubeconfig"},
		{"of another node", ca, "node-2", endpoint.String(), now, ""},
		{"of another cluster", authority(t), "node-1", endpoint.String(), now, ""},
		{"expired", ca, "node-1", endpoint.String(), now.Add(48 * time.Hour), ""},
		{"endpoint changed", ca, "node-1", "https://elsewhere:6443", now, "certificate"},
		{"none", nil, "", endpoint.String(), now, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			root := t.TempDir()

			if err := writeKubeletFiles(root, spec, secret, nil, now); err != nil {
				t.Fatal(err)
			}

			// What a kubelet would have written.
			data := func(path string) string {
				text, err := os.ReadFile(filepath.Join(root, path))
				if err != nil {
					return ""
				}

				return string(text)
			}

			config := strings.Replace(data(kubeletBootstrap), endpoint.String(), tt.server, 1)
			os.WriteFile(filepath.Join(root, kubeletKubeconfig), []byte(config), 0o600) //nolint:errcheck
			os.MkdirAll(filepath.Join(root, kubeletPKI), 0o700)                         //nolint:errcheck

			if tt.issuer != nil {
				pair, err := bundle.KubernetesClient(tt.issuer, now, time.Hour, "system:node:"+tt.node, "system:nodes")
				if err != nil {
					t.Fatal(err)
				}

				both := bytes.Join([][]byte{pair.Crt, pair.Key}, nil)
				os.WriteFile(filepath.Join(root, kubeletPKI, "kubelet-client-current.pem"), both, 0o600) //nolint:errcheck
			}

			if err := writeKubeletFiles(root, spec, secret, nil, tt.at); err != nil {
				t.Fatal(err)
			}

			var kept []string
			if data(kubeletPKI+"/kubelet-client-current.pem") != "" {
				kept = append(kept, "certificate")
			}

			if data(kubeletKubeconfig) != "" {
				kept = append(kept, "kubeconfig")
			}

			if got := strings.Join(kept, " "); got != tt.kept {
				t.Errorf("kept %q, want %q", got, tt.kept)
			}

			if !strings.Contains(data("/etc/kubernetes/other.yaml"), "KubeletConfiguration") || strings.Count(data(kubeletCA), "BEGIN") != 2 ||
				!strings.Contains(data(kubeletBootstrap), "token: abcdef.0123456789abcdef") {
				t.Errorf("files are not right: %s", data(kubeletBootstrap))
			}
		})
	}
}

func TestANodeWithTheCAGivesItsKubeletAnIdentity(t *testing.T) {
	t.Parallel()

	ca, root := authority(t), t.TempDir()
	endpoint, _ := url.Parse("https://10.5.0.2:6443") //nolint:errcheck
	secret := &secrets.KubeletSpec{Endpoint: endpoint, AcceptedCAs: []*x509.PEMEncodedCertificate{{Crt: ca.Crt}}}
	spec := &k8s.KubeletSpec{ExpectedNodename: "node-1"}
	now := time.Now()
	current := filepath.Join(root, kubeletPKI, kubeletCurrent)

	var first string

	for range 2 { // the second time it is kept
		if err := writeKubeletFiles(root, spec, secret, ca, now); err != nil {
			t.Fatal(err)
		}

		target, err := os.Readlink(current)
		target = strings.TrimPrefix(target, root)

		if err != nil || !strings.HasPrefix(target, kubeletPKI+"/kubelet-client-20") {
			t.Fatalf("got %q, %v", target, err)
		}

		cert, err := os.ReadFile(filepath.Join(root, target))
		if err != nil {
			t.Fatal(err)
		}

		if reason := unusable(cert, ca.Crt, "node-1", now); reason != "" {
			t.Error(reason)
		}

		if first != "" && first != string(cert) {
			t.Error("a new identity without need")
		}

		first = string(cert)

		// The link is good inside the container, not here.
		os.Remove(current)                               //nolint:errcheck
		os.Symlink(filepath.Join(root, target), current) //nolint:errcheck
	}

	config, err := os.ReadFile(filepath.Join(root, kubeletKubeconfig))
	if err != nil || !strings.Contains(string(config), "client-key: "+kubeletPKI+"/"+kubeletCurrent) {
		t.Errorf("got %s, %v", config, err)
	}
}

func TestContainersHaveNoCapabilityToLoadModulesOrReboot(t *testing.T) {
	t.Parallel()

	names, err := boundingSet("Name:\tx\nCapBnd:\t000001ffffffffff\n")
	if err != nil {
		t.Fatal(err)
	}

	all := strings.Join(names, " ")
	if strings.Contains(all, "CAP_SYS_MODULE") || strings.Contains(all, "CAP_SYS_BOOT") || len(names) != 41-2 || names[38] != "CAP_CHECKPOINT_RESTORE" {
		t.Errorf("got %d: %s", len(names), all)
	}

	spec, err := kubeletContainer(&k8s.KubeletSpec{Args: []string{"--v=2"}}, ocispec.Image{})
	if err != nil {
		t.Fatal(err)
	}

	if got := strings.Join(spec.Process.Args, " "); got != "/usr/local/bin/kubelet --v=2" {
		t.Error(got)
	}
}
