package talosctl

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	stdx509 "crypto/x509"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"
)

// What kubeadm made is what the bundle has, each in its place.
func TestAdoptedPKIIsTheOneThatWasThere(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()

		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	made := map[string]*x509.CertificateAuthority{}

	for _, name := range []string{"ca", "front-proxy-ca", "etcd/ca", "sa"} {
		ca, err := x509.NewSelfSignedCertificateAuthority(x509.ECDSA(true), x509.NotAfter(time.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}

		made[name] = ca
		write(name+".crt", ca.CrtPEM)
		write(name+".key", ca.KeyPEM)
	}

	a := &app{stdout: io.Discard, stderr: io.Discard}

	b, err := a.makeSecrets(genSecretsOptions{fromPKI: dir, token: "abcdef.0123456789abcdef"})
	if err != nil {
		t.Fatal(err)
	}

	for name, pair := range map[string]*x509.PEMEncodedCertificateAndKey{"ca": b.Certs.K8s, "front-proxy-ca": b.Certs.K8sAggregator, "etcd/ca": b.Certs.Etcd} {
		if !bytes.Equal(pair.Crt, made[name].CrtPEM) || !bytes.Equal(pair.Key, made[name].KeyPEM) {
			t.Errorf("%s is another one", name)
		}
	}

	if !bytes.Equal(b.Certs.K8sServiceAccount.Key, made["sa"].KeyPEM) || b.Secrets.BootstrapToken != "abcdef.0123456789abcdef" || b.Complete() != nil {
		t.Errorf("the service account key, the token, or the rest: %v", b.Complete())
	}
}

// A request that somebody changed on its way gets no certificate.
func TestChangedRequestsAreNotSigned(t *testing.T) {
	t.Parallel()

	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}

	der, err := stdx509.CreateCertificateRequest(rand.Reader, &stdx509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}

	ca, err := x509.NewSelfSignedCertificateAuthority(x509.NotAfter(time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()
	request := filepath.Join(dir, "csr")
	a := &app{stdout: io.Discard, stderr: io.Discard}

	for _, changed := range []bool{false, true} {
		if changed {
			der[len(der)-1] ^= 1
		}

		for name, data := range map[string][]byte{
			"csr": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), "ca.crt": ca.CrtPEM, "ca.key": ca.KeyPEM,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}

		if _, err := a.sign(filepath.Join(dir, "ca"), request, time.Now().Add(time.Hour)); (err != nil) != changed {
			t.Errorf("changed %t: %v", changed, err)
		}
	}
}
