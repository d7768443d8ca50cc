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
