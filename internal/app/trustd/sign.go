package trustd

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

const (
	// lifetime of what is signed. Nodes ask again long before.
	lifetime = 24 * time.Hour
	// skew is how far a node's clock may be behind ours.
	skew = 10 * time.Minute
	// maxNames bounds a certificate's names and addresses together.
	maxNames = 256
)

// authority is the part of the root secrets that signing takes.
type authority struct {
	issuer   tls.Certificate
	accepted []byte // PEM of all CAs the cluster accepts
	token    string
}

func parseAuthority(spec *secrets.OSRootSpec) (*authority, error) {
	if spec.IssuingCA == nil || len(spec.IssuingCA.Key) == 0 {
		return nil, errors.New("no CA to sign with")
	}

	if spec.Token == "" {
		return nil, errors.New("no machine token")
	}

	issuer, err := tls.X509KeyPair(spec.IssuingCA.Crt, spec.IssuingCA.Key)
	if err != nil {
		return nil, fmt.Errorf("issuing CA: %w", err)
	}

	var accepted bytes.Buffer

	for _, ca := range spec.AcceptedCAs {
		accepted.Write(bytes.TrimSpace(ca.Crt))
		accepted.WriteByte('\n')
	}

	return &authority{issuer: issuer, accepted: accepted.Bytes(), token: spec.Token}, nil
}

// sign makes a certificate of a PEM request. Names and addresses are taken as
// asked for: whoever has the token is a node, and only nodes know theirs.
func (a *authority) sign(request []byte, now time.Time) ([]byte, *x509.Certificate, error) {
	block, _ := pem.Decode(request)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, nil, errors.New("not a PEM certificate request")
	}

	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, nil, err
	}

	if err := csr.CheckSignature(); err != nil {
		return nil, nil, fmt.Errorf("signature of the request: %w", err)
	}

	if count := len(csr.DNSNames) + len(csr.IPAddresses); count > maxNames {
		return nil, nil, fmt.Errorf("request has %d names, more than %d", count, maxNames)
	}

	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}

	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: csr.Subject.CommonName},
		NotBefore:    now.Add(-skew),
		NotAfter:     now.Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     csr.DNSNames,
		IPAddresses:  csr.IPAddresses,

		BasicConstraintsValid: true,
	}

	der, err := x509.CreateCertificate(rand.Reader, template, a.issuer.Leaf, csr.PublicKey, a.issuer.PrivateKey)
	if err != nil {
		return nil, nil, err
	}

	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), template, nil
}
