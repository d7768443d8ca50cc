package secrets_test

import (
	stdx509 "crypto/x509"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func TestNew(t *testing.T) {
	t.Parallel()

	b, err := secrets.New(now, contract.Current())
	if err != nil {
		t.Fatal(err)
	}

	if err := b.Complete(); err != nil {
		t.Error(err)
	}

	token := regexp.MustCompile(`^[0-9a-z]{6}\.[0-9a-z]{16}$`)
	if !token.MatchString(b.TrustdInfo.Token) || !token.MatchString(b.Secrets.BootstrapToken) {
		t.Errorf("tokens are %q and %q", b.TrustdInfo.Token, b.Secrets.BootstrapToken)
	}

	for _, ca := range []struct {
		name    string
		pair    *x509.PEMEncodedCertificateAndKey
		subject string
		alg     stdx509.PublicKeyAlgorithm
	}{
		{"os", b.Certs.OS, "O=talos", stdx509.Ed25519},
		{"k8s", b.Certs.K8s, "O=kubernetes", stdx509.ECDSA},
		{"etcd", b.Certs.Etcd, "O=etcd", stdx509.ECDSA},
		{"aggregator", b.Certs.K8sAggregator, "", stdx509.ECDSA},
	} {
		crt, err := ca.pair.GetCert()
		if err != nil {
			t.Fatal(err)
		}

		if crt.Subject.String() != ca.subject || crt.PublicKeyAlgorithm != ca.alg || !crt.IsCA {
			t.Errorf("%s: subject %q, %s, CA %t", ca.name, crt.Subject, crt.PublicKeyAlgorithm, crt.IsCA)
		}

		if want := now.Add(87600 * time.Hour); !crt.NotAfter.Equal(want) {
			t.Errorf("%s: ends %s, want %s", ca.name, crt.NotAfter, want)
		}
	}

	if !strings.Contains(string(b.Certs.K8sServiceAccount.Key), "RSA PRIVATE KEY") {
		t.Error("the service account key is not RSA")
	}
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()

	b, err := secrets.New(now, contract.Current())
	if err != nil {
		t.Fatal(err)
	}

	pair, err := secrets.Client(b.Certs.OS, now, secrets.ClientLifetime, "os:admin", "os:reader")
	if err != nil {
		t.Fatal(err)
	}

	crt, err := pair.GetCert()
	if err != nil {
		t.Fatal(err)
	}

	slices.Sort(crt.Subject.Organization)

	if !slices.Equal(crt.Subject.Organization, []string{"os:admin", "os:reader"}) {
		t.Errorf("roles are %v", crt.Subject.Organization)
	}

	if !slices.Equal(crt.ExtKeyUsage, []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}) {
		t.Errorf("extended key usage is %v", crt.ExtKeyUsage)
	}

	ca, _ := b.Certs.OS.GetCert()
	pool := stdx509.NewCertPool()
	pool.AddCert(ca)

	if _, err := crt.Verify(stdx509.VerifyOptions{
		Roots: pool, CurrentTime: now, KeyUsages: []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth},
	}); err != nil {
		t.Error(err)
	}
}

func TestFile(t *testing.T) {
	t.Parallel()

	b, err := secrets.New(now, contract.Current())
	if err != nil {
		t.Fatal(err)
	}

	x, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}

	again, err := secrets.Parse(x)
	if err != nil {
		t.Fatal(err)
	}

	if y, err := again.Marshal(); err != nil || string(x) != string(y) {
		t.Errorf("the bundle changed on the way through a file: %v", err)
	}

	for _, key := range []string{"bootstraptoken:", "secretboxencryptionsecret:", "trustdinfo:", "k8saggregator:", "k8sserviceaccount:", "os:"} {
		if !strings.Contains(string(x), key) {
			t.Errorf("the file has no %s", key)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"":                                     "is empty",
		"cluster: {id: [a]}":                   "line 1, column 15: cluster.id: expected text, found a list",
		"cluster: {ids: a}":                    "unknown key",
		"cluster: {secret: {a: b}}":            "cluster.secret",
		"- a":                                  "expected a mapping, found a list",
		"a: [":                                 "parse secrets bundle",
		"certs: {os: {key: '?'}}":              "certs.os.key: the value: not base64",
		"# " + strings.Repeat("a", 1<<20) + "": "larger than 1 MiB",
	} {
		if _, err := secrets.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
}

// What is missing of a certificate, a key or a token is told before a config lacks it.
func TestCompleteNamesWhatIsMissing(t *testing.T) {
	t.Parallel()

	for want, take := range map[string]func(b *secrets.Bundle){
		"cluster.id":                        func(b *secrets.Bundle) { b.Cluster.ID = "" },
		"cluster.secret":                    func(b *secrets.Bundle) { b.Cluster.Secret = "" },
		"secrets.bootstraptoken":            func(b *secrets.Bundle) { b.Secrets.BootstrapToken = "" },
		"secrets.secretboxencryptionsecret": func(b *secrets.Bundle) { b.Secrets.SecretboxEncryptionSecret = "" },
		"trustdinfo.token":                  func(b *secrets.Bundle) { b.TrustdInfo.Token = "" },
		"certs.etcd":                        func(b *secrets.Bundle) { b.Certs.Etcd = nil },
		"certs.k8s":                         func(b *secrets.Bundle) { b.Certs.K8s.Key = nil },
		"certs.k8saggregator":               func(b *secrets.Bundle) { b.Certs.K8sAggregator.Crt = nil },
		"certs.k8sserviceaccount":           func(b *secrets.Bundle) { b.Certs.K8sServiceAccount.Key = nil },
		"certs.os":                          func(b *secrets.Bundle) { b.Certs.OS.Key = nil },
	} {
		pair := func() *x509.PEMEncodedCertificateAndKey {
			return &x509.PEMEncodedCertificateAndKey{Crt: []byte("c"), Key: []byte("k")}
		}

		b := &secrets.Bundle{
			Cluster:    secrets.Cluster{ID: "a", Secret: "b"},
			Secrets:    secrets.Secrets{BootstrapToken: "c", SecretboxEncryptionSecret: "d"},
			TrustdInfo: secrets.TrustdInfo{Token: "e"},
			Certs:      secrets.Certs{Etcd: pair(), K8s: pair(), K8sAggregator: pair(), K8sServiceAccount: &x509.PEMEncodedKey{Key: []byte("k")}, OS: pair()},
		}

		if err := b.Complete(); err != nil {
			t.Fatal(err)
		}

		take(b)

		if err := b.Complete(); err == nil || err.Error() != "secrets bundle has no "+want {
			t.Errorf("without %s: %v", want, err)
		}

		if b.Certs.OS.Key == nil {
			if _, err := secrets.Client(b.Certs.OS, now, time.Hour, "os:admin"); err == nil || !strings.Contains(err.Error(), "has no key here") {
				t.Errorf("a certificate without the key of its authority: %v", err)
			}
		}
	}
}

// A certificate of people is no good a year later, nor for a server, and a node whose
// clock is a little behind takes it at once.
func TestKubernetesClientCertificate(t *testing.T) {
	t.Parallel()

	b, err := secrets.New(now, contract.Current())
	if err != nil {
		t.Fatal(err)
	}

	pair, err := secrets.KubernetesClient(b.Certs.K8s, now, secrets.KubeconfigLifetime, "admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}

	crt, err := pair.GetCert()
	if err != nil {
		t.Fatal(err)
	}

	if crt.Subject.CommonName != "admin" || !slices.Equal(crt.Subject.Organization, []string{"system:masters"}) ||
		!slices.Equal(crt.ExtKeyUsage, []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}) ||
		crt.KeyUsage != stdx509.KeyUsageDigitalSignature|stdx509.KeyUsageKeyEncipherment ||
		!crt.NotBefore.Equal(now.Add(-5*time.Minute)) || !crt.NotAfter.Equal(now.Add(365*24*time.Hour)) {
		t.Errorf("%s, %v, %v, from %s to %s", crt.Subject, crt.ExtKeyUsage, crt.KeyUsage, crt.NotBefore, crt.NotAfter)
	}
}

// Older lines have another key for etcd, and an older one for tokens.
func TestNewForOlderLines(t *testing.T) {
	t.Parallel()

	for line, want := range map[string][3]bool{"v1.2": {true, false, false}, "v1.3": {false, true, false}, "v1.11": {false, true, true}} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		b, err := secrets.New(now, c)
		if err != nil {
			t.Fatal(err)
		}

		key := string(b.Certs.K8sServiceAccount.Key)
		if got := [3]bool{b.Secrets.AESCBCEncryptionSecret != "", b.Secrets.SecretboxEncryptionSecret != "", strings.Contains(key, "RSA PRIVATE KEY")}; got != want || !strings.Contains(key, "PRIVATE KEY") {
			t.Errorf("%s: aescbc, secretbox, RSA: %v, want %v", line, got, want)
		}
	}
}

func TestParseJSONSpelling(t *testing.T) {
	t.Parallel()

	b, err := secrets.Parse([]byte(`{"Cluster":{"Id":"a","Secret":"b"},"Secrets":{"BootstrapToken":"c","AESCBCEncryptionSecret":"d"},"TrustdInfo":{"Token":"e"},"Certs":{"OS":{"crt":"Zg==","key":"Zw=="}}}`))
	if err != nil {
		t.Fatal(err)
	}

	if b.Cluster.ID != "a" || b.Secrets.AESCBCEncryptionSecret != "d" || b.TrustdInfo.Token != "e" || string(b.Certs.OS.Key) != "g" {
		t.Errorf("got %+v", b)
	}
}

// The file of another implementation of this format comes through unchanged: keys in
// lower case, in this order, certificates as base64 of PEM.
func TestFileOfOthers(t *testing.T) {
	t.Parallel()

	const file = `cluster:
    id: Y2x1c3Rlcg==
    secret: c2VjcmV0
secrets:
    bootstraptoken: aaaaaa.bbbbbbbbbbbbbbbb
    secretboxencryptionsecret: Ym94
trustdinfo:
    token: cccccc.dddddddddddddddd
certs:
    etcd:
        crt: ZXRjZA==
        key: a2V5MQ==
    k8s:
        crt: azhz
        key: a2V5Mg==
    k8saggregator:
        crt: YWdn
        key: a2V5Mw==
    k8sserviceaccount:
        key: a2V5NA==
    os:
        crt: b3M=
        key: a2V5NQ==
`

	b, err := secrets.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}

	if err = b.Complete(); err != nil {
		t.Error(err)
	}

	if string(b.Certs.K8sServiceAccount.Key) != "key4" || string(b.Certs.OS.Crt) != "os" {
		t.Errorf("got %s and %s", b.Certs.K8sServiceAccount.Key, b.Certs.OS.Crt)
	}

	again, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}

	if string(again) != file {
		t.Errorf("the file comes back as\n%s", again)
	}

	// Before v1.3 the other secret encrypted what is in etcd.
	older, err := secrets.Parse([]byte(strings.Replace(file, "secretboxencryptionsecret", "aescbcencryptionsecret", 1)))
	if err != nil || older.Complete() != nil || older.Secrets.AESCBCEncryptionSecret != "Ym94" {
		t.Errorf("%+v %v", older, err)
	}
}
