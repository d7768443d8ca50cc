package talosctl

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	stdx509 "crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// TestFieldsOfCertificates reads what gen makes as another program would.
func TestFieldsOfCertificates(t *testing.T) { // changes into a directory: files have no other place
	dir := t.TempDir()
	t.Chdir(dir)

	gen := func(args ...string) {
		t.Helper()

		var out strings.Builder
		if code := execute(context.Background(), append([]string{"gen"}, args...), &out, &out); code != 0 {
			t.Fatalf("gen %q: %s", args, out.String())
		}
	}

	client := []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}

	check := func(name string, crt *stdx509.Certificate, life time.Duration, subject string, ips int, usage []stdx509.ExtKeyUsage, isCA bool) {
		t.Helper()

		if off := time.Until(crt.NotAfter) - life; off > 0 || off < -time.Minute {
			t.Errorf("%s lasts %s, want %s", name, time.Until(crt.NotAfter), life)
		}

		if crt.Subject.String() != subject || len(crt.IPAddresses) != ips || crt.IsCA != isCA {
			t.Errorf("%s is of %q for %v, an authority: %t", name, crt.Subject, crt.IPAddresses, crt.IsCA)
		}

		if usage != nil && !slices.Equal(crt.ExtKeyUsage, usage) {
			t.Errorf("%s has the extended key usage %v, want %v", name, crt.ExtKeyUsage, usage)
		}

		if usage != nil && crt.KeyUsage != stdx509.KeyUsageDigitalSignature {
			t.Errorf("%s has the key usage %b", name, crt.KeyUsage)
		}

		if since := time.Since(crt.NotBefore); since < 0 || since > time.Hour {
			t.Errorf("%s begins %s ago", name, since)
		}
	}

	gen("ca", "--organization", "short", "--hours", "5")
	check("short", readCrt(t, "short.crt"), 5*time.Hour, "O=short", 0, nil, true)

	gen("ca", "--organization", "ca")
	check("ca", readCrt(t, "ca.crt"), 87600*time.Hour, "O=ca", 0, nil, true)

	if _, ok := readCrt(t, "ca.crt").PublicKey.(ed25519.PublicKey); !ok {
		t.Error("the key of an authority is not Ed25519")
	}

	gen("ca", "--organization", "rsa", "--rsa")

	if _, ok := readCrt(t, "rsa.crt").PublicKey.(*rsa.PublicKey); !ok {
		t.Error("--rsa makes another key")
	}

	gen("keypair", "--organization", "pair", "--ip", "10.0.0.10")
	check("pair", readCrt(t, "pair.crt"), 24*time.Hour, "O=pair", 1, nil, true)

	gen("key", "--name", "me")
	gen("csr", "--key", "me.key", "--ip", "fd00::1", "--roles", "os:reader")
	gen("crt", "--ca", "ca", "--csr", "me.csr", "--name", "day")
	check("crt", readCrt(t, "day.crt"), 24*time.Hour, "O=os:reader", 1, client, false)
	gen("crt", "--ca", "ca", "--csr", "me.csr", "--name", "week", "--hours", "168")
	check("crt", readCrt(t, "week.crt"), 168*time.Hour, "O=os:reader", 1, client, false)

	if err := readCrt(t, "week.crt").CheckSignatureFrom(readCrt(t, "ca.crt")); err != nil {
		t.Error(err)
	}

	gen("csr", "--key", "me.key", "--force")
	gen("crt", "--ca", "ca", "--csr", "me.csr", "--name", "admin")
	check("crt", readCrt(t, "admin.crt"), 24*time.Hour, "O=os:admin", 0, client, false)

	gen("config", "c", "https://10.0.0.10:6443", "-t", "talosconfig", "-o", "talosconfig")

	cfg, err := talosconfig.Open(filepath.Join(dir, "talosconfig"))
	if err != nil {
		t.Fatal(err)
	}

	raw, err := base64.StdEncoding.DecodeString(cfg.Contexts["c"].Crt)
	if err != nil {
		t.Fatal(err)
	}

	check("talosconfig", parseCrt(t, raw), 8760*time.Hour, "O=os:admin", 0, client, false)

	if _, err = cfg.Contexts["c"].TLS(); err != nil {
		t.Error(err)
	}
}

func readCrt(t *testing.T, path string) *stdx509.Certificate {
	t.Helper()

	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	return parseCrt(t, raw)
}

func parseCrt(t *testing.T, raw []byte) *stdx509.Certificate {
	t.Helper()

	block, _ := pem.Decode(raw)
	if block == nil {
		t.Fatal("not PEM")
	}

	crt, err := stdx509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}

	return crt
}
