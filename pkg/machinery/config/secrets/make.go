package secrets

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
)

// serviceAccountBits is the size Kubernetes' own tools use. Larger keys make
// every token slower to sign and this file seconds slower to make.
const serviceAccountBits = 2048

// New makes all secrets of a cluster. The authorities are valid from now.
func New(now time.Time, c contract.Contract) (*Bundle, error) {
	b := &Bundle{
		Cluster:    Cluster{ID: randomBase64(), Secret: randomBase64()},
		Secrets:    Secrets{BootstrapToken: Token()},
		TrustdInfo: TrustdInfo{Token: Token()},
	}

	if c.Has(contract.SecretboxEncryptionSupported) {
		b.Secrets.SecretboxEncryptionSecret = randomBase64()
	} else {
		b.Secrets.AESCBCEncryptionSecret = randomBase64()
	}

	// Finding primes takes most of the time: the rest happens beside it.
	var (
		wg  sync.WaitGroup
		err error
	)

	wg.Go(func() { b.Certs.K8sServiceAccount, err = serviceAccountKey(c) })

	errs := b.makeAuthorities(now)

	wg.Wait()

	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}

	return b, nil
}

func (b *Bundle) makeAuthorities(now time.Time) (errs []error) {
	for _, ca := range []struct {
		name string
		dst  **x509.PEMEncodedCertificateAndKey
		opts []x509.Option
	}{
		{"os", &b.Certs.OS, []x509.Option{x509.Organization("talos")}},
		{"kubernetes", &b.Certs.K8s, []x509.Option{x509.Organization("kubernetes"), x509.ECDSA(true)}},
		{"etcd", &b.Certs.Etcd, []x509.Option{x509.Organization("etcd"), x509.ECDSA(true)}},
		// The aggregator's subject is empty: nothing checks it, and a common name
		// here would look like one a client may claim.
		{"aggregator", &b.Certs.K8sAggregator, []x509.Option{x509.ECDSA(true)}},
	} {
		made, err := x509.NewSelfSignedCertificateAuthority(append(ca.opts,
			x509.NotBefore(now.Add(-clockSkew)), x509.NotAfter(now.Add(caLifetime)))...)
		if err != nil {
			errs = append(errs, fmt.Errorf("make %s certificate authority: %w", ca.name, err))

			continue
		}

		*ca.dst = x509.NewCertificateAndKeyFromCertificateAuthority(made)
	}

	return errs
}

func serviceAccountKey(c contract.Contract) (*x509.PEMEncodedKey, error) {
	if c.Has(contract.UseRSAServiceAccountKey) {
		key, err := x509.NewRSAKey(x509.Bits(serviceAccountBits))
		if err != nil {
			return nil, fmt.Errorf("make service account key: %w", err)
		}

		return &x509.PEMEncodedKey{Key: key.GetPrivateKeyPEM()}, nil
	}

	key, err := x509.NewECDSAKey()
	if err != nil {
		return nil, fmt.Errorf("make service account key: %w", err)
	}

	return &x509.PEMEncodedKey{Key: key.GetPrivateKeyPEM()}, nil
}

// Token makes a token in the form Kubernetes' bootstrap tokens have:
// [0-9a-z]{6}.[0-9a-z]{16}, of which only the second part is secret.
func Token() string { return randomText(6) + "." + randomText(16) }

func randomText(n int) string {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)

	for len(out) < n {
		rand.Read(buf) //nolint:errcheck // never fails

		for _, b := range buf {
			// 252 is the largest multiple of 36 in a byte: beyond it the first
			// letters would be likelier than the others.
			if b < 252 && len(out) < n {
				out = append(out, alphabet[b%36])
			}
		}
	}

	return string(out)
}

func randomBase64() string {
	var b [32]byte

	rand.Read(b[:]) //nolint:errcheck // never fails

	return base64.StdEncoding.EncodeToString(b[:])
}
