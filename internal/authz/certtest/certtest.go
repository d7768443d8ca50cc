// Package certtest makes certificates for tests of whoever verifies them.
package certtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	talosx509 "github.com/siderolabs/crypto/x509"
)

// CA signs for tests.
type CA struct {
	Cert *x509.Certificate
	Key  *ecdsa.PrivateKey
	// PEM of the certificate.
	PEM []byte
}

// NewCA makes one.
func NewCA(t testing.TB, name string) *CA {
	t.Helper()

	template := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{name}},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	ca := &CA{}
	ca.Cert, ca.Key, ca.PEM = sign(t, template, nil)

	return ca
}

// Pair returns the CA with its key.
func (ca *CA) Pair(t testing.TB) *talosx509.PEMEncodedCertificateAndKey {
	t.Helper()

	return pair(t, ca.PEM, ca.Key)
}

// Accepted returns the CA as resources list it.
func (ca *CA) Accepted() []*talosx509.PEMEncodedCertificate {
	return []*talosx509.PEMEncodedCertificate{{Crt: ca.PEM}}
}

// Pool returns the CA as crypto/tls wants it.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.Cert)

	return pool
}

// Option changes a certificate before it is signed.
type Option func(*x509.Certificate)

// Usage replaces the extended key usages.
func Usage(usage ...x509.ExtKeyUsage) Option {
	return func(c *x509.Certificate) { c.ExtKeyUsage = usage }
}

// Expired ends the certificate's life a minute ago.
func Expired(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }

// Client issues a client certificate with these organizations.
func (ca *CA) Client(t testing.TB, organizations []string, opts ...Option) *talosx509.PEMEncodedCertificateAndKey {
	t.Helper()

	template := &x509.Certificate{
		Subject:     pkix.Name{Organization: organizations},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}

	for _, opt := range opts {
		opt(template)
	}

	_, key, crt := sign(t, template, ca)

	return pair(t, crt, key)
}

// Server issues a server certificate for these addresses.
func (ca *CA) Server(t testing.TB, ips ...string) *talosx509.PEMEncodedCertificateAndKey {
	t.Helper()

	template := &x509.Certificate{
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}

	for _, ip := range ips {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(ip))
	}

	_, key, crt := sign(t, template, ca)

	return pair(t, crt, key)
}

// TLS parses a pair.
func TLS(t testing.TB, p *talosx509.PEMEncodedCertificateAndKey) tls.Certificate {
	t.Helper()

	cert, err := tls.X509KeyPair(p.Crt, p.Key)
	if err != nil {
		t.Fatal(err)
	}

	return cert
}

func sign(t testing.TB, template *x509.Certificate, ca *CA) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore = time.Now().Add(-time.Hour)

	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(time.Hour)
	}

	parent, signer := template, key
	if ca != nil {
		parent, signer = ca.Cert, ca.Key
	}

	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}

	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}

	return cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func pair(t testing.TB, crt []byte, key *ecdsa.PrivateKey) *talosx509.PEMEncodedCertificateAndKey {
	t.Helper()

	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}

	return &talosx509.PEMEncodedCertificateAndKey{
		Crt: crt,
		Key: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}),
	}
}
