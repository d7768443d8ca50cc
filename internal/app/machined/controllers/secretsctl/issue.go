package secretsctl

import (
	"bytes"
	stdx509 "crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/siderolabs/crypto/x509"
)

// Lifetimes of certificates.
const (
	DayLifetime    = 24 * time.Hour
	YearLifetime   = 365 * 24 * time.Hour
	DecadeLifetime = 87600 * time.Hour
)

// backdate makes certificates valid for peers whose clocks are behind.
const backdate = 10 * time.Minute

var (
	serverAuth = []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageServerAuth}
	clientAuth = []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}
	bothAuth   = []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageServerAuth, stdx509.ExtKeyUsageClientAuth}
)

// leaf is a certificate as it should be.
type leaf struct {
	CA            *x509.PEMEncodedCertificateAndKey
	CommonName    string
	Organizations []string
	IPs           []netip.Addr
	DNSNames      []string
	Lifetime      time.Duration
	Usage         []stdx509.ExtKeyUsage
}

// keep tells whether a certificate issued earlier still is what leaf says, and
// if so, when to look again: at half its life.
func (l leaf) keep(have *x509.PEMEncodedCertificateAndKey, now time.Time) (until time.Time, ok bool) {
	if have == nil || len(have.Key) == 0 {
		return until, false
	}

	crt, err := have.GetCert()
	if err != nil {
		return until, false
	}

	ca, err := l.CA.GetCert()
	if err != nil || crt.CheckSignatureFrom(ca) != nil {
		return until, false
	}

	if crt.Subject.CommonName != l.CommonName || !slices.Equal(crt.Subject.Organization, l.Organizations) ||
		!slices.Equal(crt.DNSNames, l.DNSNames) || !slices.Equal(crt.ExtKeyUsage, l.Usage) ||
		!slices.EqualFunc(crt.IPAddresses, l.IPs, func(a net.IP, b netip.Addr) bool { return a.Equal(b.AsSlice()) }) {
		return until, false
	}

	// Also when the clock was wrong while it was issued.
	if now.Before(crt.NotBefore) {
		return until, false
	}

	until = crt.NotBefore.Add(crt.NotAfter.Sub(crt.NotBefore) / 2)

	return until, now.Before(until)
}

func (l leaf) options(now time.Time) []x509.Option {
	ips := make([]net.IP, 0, len(l.IPs))
	for _, ip := range l.IPs {
		ips = append(ips, ip.AsSlice())
	}

	usage := stdx509.KeyUsageDigitalSignature

	return []x509.Option{
		x509.CommonName(l.CommonName), x509.Organization(l.Organizations...),
		x509.IPAddresses(ips), x509.DNSNames(l.DNSNames),
		x509.NotBefore(now.Add(-backdate)), x509.NotAfter(now.Add(l.Lifetime)),
		x509.KeyUsage(usage), x509.ExtKeyUsage(l.Usage),
	}
}

// issue makes a key and signs its certificate.
func (l leaf) issue(now time.Time) (*x509.PEMEncodedCertificateAndKey, error) {
	ca, err := x509.NewCertificateAuthorityFromCertificateAndKey(l.CA)
	if err != nil {
		return nil, fmt.Errorf("load CA for %s: %w", l.CommonName, err)
	}

	pair, err := x509.NewKeyPair(ca, l.options(now)...)
	if err != nil {
		return nil, fmt.Errorf("issue certificate for %s: %w", l.CommonName, err)
	}

	return x509.NewCertificateAndKeyFromKeyPair(pair), nil
}

// request makes a key and a certificate request that somebody else signs.
func (l leaf) request(caPEM []byte) (csr []byte, key []byte, err error) {
	ca, err := (&x509.PEMEncodedCertificate{Crt: caPEM}).GetCert()
	if err != nil {
		return nil, nil, fmt.Errorf("parse CA: %w", err)
	}

	req, identity, err := x509.NewCSRAndIdentityFromCA(ca, l.options(time.Now())...)
	if err != nil {
		return nil, nil, fmt.Errorf("make certificate request for %s: %w", l.CommonName, err)
	}

	return req.X509CertificateRequestPEM, identity.Key, nil
}

// keeper issues what cannot be kept and remembers when to look again.
type keeper struct {
	now   time.Time
	again time.Time
	// issued counts certificates that were not kept.
	issued int
}

func (k *keeper) get(have *x509.PEMEncodedCertificateAndKey, want leaf) (*x509.PEMEncodedCertificateAndKey, error) {
	until, ok := want.keep(have, k.now)
	if !ok {
		var err error
		if have, err = want.issue(k.now); err != nil {
			return nil, err
		}

		k.issued++
		until = k.now.Add((want.Lifetime - backdate) / 2)
	}

	k.wakeAt(until)

	return have, nil
}

func (k *keeper) wakeAt(t time.Time) {
	if k.again.IsZero() || t.Before(k.again) {
		k.again = t
	}
}

// bundle concatenates accepted CAs to one PEM text.
func bundle(list []*x509.PEMEncodedCertificate) []byte {
	var out bytes.Buffer

	for _, c := range list {
		out.Write(bytes.TrimSpace(c.Crt))
		out.WriteByte('\n')
	}

	return out.Bytes()
}
