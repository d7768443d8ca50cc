package secrets

import (
	stdx509 "crypto/x509"
	"fmt"
	"time"

	"github.com/siderolabs/crypto/x509"
)

// Lifetimes of certificates handed to people.
const (
	ClientLifetime     = 8760 * time.Hour
	KubeconfigLifetime = 8760 * time.Hour
)

// clockSkew is how far a node's clock may be behind the one that made a
// certificate: a node that has just booted has not heard from a time server yet.
const clockSkew = 5 * time.Minute

// Client makes a client certificate for the API of the nodes. The roles become
// its Organization, which is where a node reads them. The extended key usage is
// exactly clientAuth: a node refuses a certificate that could also be a server.
func Client(ca *x509.PEMEncodedCertificateAndKey, now time.Time, ttl time.Duration, roles ...string) (*x509.PEMEncodedCertificateAndKey, error) {
	pair, err := issue(ca,
		x509.Organization(roles...),
		x509.NotBefore(now.Add(-clockSkew)), x509.NotAfter(now.Add(ttl)),
		x509.KeyUsage(stdx509.KeyUsageDigitalSignature),
		x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}),
	)
	if err != nil {
		return nil, fmt.Errorf("make API client certificate: %w", err)
	}

	return pair, nil
}

// KubernetesClient makes a client certificate for the Kubernetes API server.
func KubernetesClient(ca *x509.PEMEncodedCertificateAndKey, now time.Time, ttl time.Duration, name string, groups ...string) (*x509.PEMEncodedCertificateAndKey, error) {
	pair, err := issue(ca,
		x509.CommonName(name), x509.Organization(groups...),
		x509.NotBefore(now.Add(-clockSkew)), x509.NotAfter(now.Add(ttl)),
		x509.KeyUsage(stdx509.KeyUsageDigitalSignature|stdx509.KeyUsageKeyEncipherment),
		x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}),
	)
	if err != nil {
		return nil, fmt.Errorf("make Kubernetes client certificate %s: %w", name, err)
	}

	return pair, nil
}

func issue(ca *x509.PEMEncodedCertificateAndKey, opts ...x509.Option) (*x509.PEMEncodedCertificateAndKey, error) {
	if empty(ca) {
		return nil, fmt.Errorf("the certificate authority has no key here")
	}

	authority, err := x509.NewCertificateAuthorityFromCertificateAndKey(ca)
	if err != nil {
		return nil, err
	}

	pair, err := x509.NewKeyPair(authority, opts...)
	if err != nil {
		return nil, err
	}

	return x509.NewCertificateAndKeyFromKeyPair(pair), nil
}
