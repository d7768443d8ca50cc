package talosctl

import (
	"crypto"
	"crypto/rand"
	stdx509 "crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/siderolabs/crypto/x509"
	"github.com/spf13/cobra"
)

func newGenCACmd(a *app, force *bool) *cobra.Command {
	var (
		organization string
		hours        int
		useRSA       bool
	)

	cmd := &cobra.Command{
		Use:   "ca",
		Short: "Generate a self-signed certificate authority",
		Long: `Generates a certificate authority with an Ed25519 key (or RSA) into
<organization>.crt and <organization>.key.`,
		Example: "  talosctl gen ca --organization talos",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			ends, err := after(hours)
			if err != nil {
				return err
			}

			ca, err := x509.NewSelfSignedCertificateAuthority(x509.Organization(organization), x509.NotAfter(ends), x509.RSA(useRSA))
			if err != nil {
				return err
			}

			return a.create(*force, outFile{organization + ".crt", ca.CrtPEM}, outFile{organization + ".key", ca.KeyPEM})
		},
	}

	cmd.Flags().StringVar(&organization, "organization", "", "organization of the subject, and name of the files")
	cmd.Flags().IntVar(&hours, "hours", 87600, "hours from now until the certificate ends")
	cmd.Flags().BoolVar(&useRSA, "rsa", false, "use an RSA key")
	cmd.MarkFlagRequired("organization") //nolint:errcheck

	return cmd
}

func newGenKeyCmd(a *app, force *bool) *cobra.Command {
	var name string

	cmd := &cobra.Command{
		Use:     "key",
		Short:   "Generate an Ed25519 private key",
		Long:    `Generates an Ed25519 private key into <name>.key.`,
		Example: "  talosctl gen key --name admin",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			key, err := x509.NewEd25519Key()
			if err != nil {
				return err
			}

			return a.create(*force, outFile{name + ".key", key.PrivateKeyPEM})
		},
	}

	cmd.Flags().StringVar(&name, "name", "", "name of the file, without .key")
	cmd.MarkFlagRequired("name") //nolint:errcheck

	return cmd
}

func newGenKeypairCmd(a *app, force *bool) *cobra.Command {
	var organization, ip string

	cmd := &cobra.Command{
		Use:   "keypair",
		Short: "Generate an Ed25519 key and a self-signed certificate",
		Long: `Generates an Ed25519 key and a certificate signed by itself into
<organization>.key and <organization>.crt, valid for a day.`,
		Example: "  talosctl gen keypair --organization test --ip 10.0.0.10",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			ips, err := parseIP(ip)
			if err != nil {
				return err
			}

			pair, err := x509.NewSelfSignedCertificateAuthority(x509.Organization(organization), x509.IPAddresses(ips),
				x509.NotAfter(time.Now().Add(x509.DefaultCertificateValidityDuration)))
			if err != nil {
				return err
			}

			return a.create(*force, outFile{organization + ".crt", pair.CrtPEM}, outFile{organization + ".key", pair.KeyPEM})
		},
	}

	cmd.Flags().StringVar(&organization, "organization", "", "organization of the subject, and name of the files")
	cmd.Flags().StringVar(&ip, "ip", "", "address that the certificate is valid for")
	cmd.MarkFlagRequired("organization") //nolint:errcheck

	return cmd
}

func newGenCSRCmd(a *app, force *bool) *cobra.Command {
	var (
		keyFile, ip string
		roles       []string
	)

	cmd := &cobra.Command{
		Use:   "csr",
		Short: "Generate a certificate signing request",
		Long: `Generates a certificate signing request for a client of the nodes' API, next to the
key: admin.key gives admin.csr. Roles become the organization of its subject.`,
		Example: "  talosctl gen csr --key admin.key --roles os:reader",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if err := a.knownRoles(roles); err != nil {
				return err
			}

			ips, err := parseIP(ip)
			if err != nil {
				return err
			}

			key, err := a.readKey(keyFile)
			if err != nil {
				return err
			}

			der, err := stdx509.CreateCertificateRequest(rand.Reader, &stdx509.CertificateRequest{
				Subject: pkix.Name{Organization: roles}, IPAddresses: ips,
			}, key)
			if err != nil {
				return err
			}

			out := strings.TrimSuffix(filepath.Base(keyFile), filepath.Ext(keyFile)) + ".csr"

			return a.create(*force, outFile{out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})})
		},
	}

	cmd.Flags().StringVar(&keyFile, "key", "", "private key, a PEM `file`: Ed25519, ECDSA or RSA")
	cmd.Flags().StringVar(&ip, "ip", "", "address that the certificate is valid for")
	cmd.Flags().StringSliceVar(&roles, "roles", []string{"os:admin"}, "roles on the nodes")
	cmd.MarkFlagRequired("key") //nolint:errcheck

	return cmd
}

func newGenCrtCmd(a *app, force *bool) *cobra.Command {
	var (
		ca, csrFile, name string
		hours             int
	)

	cmd := &cobra.Command{
		Use:   "crt",
		Short: "Sign a certificate signing request",
		Long: `Signs a request with a certificate authority, <ca>.crt and <ca>.key, as a client of
the nodes' API, into <name>.crt.`,
		Example: "  talosctl gen crt --ca ca --csr admin.csr --name admin --hours 8760",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			ends, err := after(hours)
			if err != nil {
				return err
			}

			crt, err := a.sign(ca, csrFile, ends)
			if err != nil {
				return err
			}

			return a.create(*force, outFile{name + ".crt", crt})
		},
	}

	cmd.Flags().StringVar(&ca, "ca", "", "certificate authority: path of its files without .crt and .key")
	cmd.Flags().StringVar(&csrFile, "csr", "", "signing request, a PEM `file`")
	cmd.Flags().StringVar(&name, "name", "", "name of the file, without .crt")
	cmd.Flags().IntVar(&hours, "hours", 24, "hours from now until the certificate ends")

	for _, f := range []string{"ca", "csr", "name"} {
		cmd.MarkFlagRequired(f) //nolint:errcheck
	}

	return cmd
}

// sign makes a client certificate from a request. The extended key usage is exactly
// clientAuth: nodes refuse a client that could also be a server.
func (a *app) sign(ca, csrFile string, ends time.Time) ([]byte, error) {
	crt, err := os.ReadFile(ca + ".crt")
	if err != nil {
		return nil, err
	}

	key, err := a.readInput(ca + ".key")
	if err != nil {
		return nil, err
	}

	authority, err := parseAuthority(&x509.PEMEncodedCertificateAndKey{Crt: crt, Key: key})
	if err != nil {
		return nil, fmt.Errorf("certificate authority %s: %w", ca, err)
	}

	raw, err := os.ReadFile(csrFile)
	if err != nil {
		return nil, err
	}

	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, fmt.Errorf("%s is no certificate request in PEM; make one with `talosctl gen csr`", csrFile)
	}

	csr, err := stdx509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = csr.CheckSignature()
	}

	if err != nil {
		return nil, fmt.Errorf("%s: %w", csrFile, err)
	}

	serial, err := x509.NewSerialNumber()
	if err != nil {
		return nil, err
	}

	der, err := stdx509.CreateCertificate(rand.Reader, &stdx509.Certificate{
		SerialNumber: serial,
		Subject:      csr.Subject,
		NotBefore:    time.Now().Add(-5 * time.Minute), // clocks differ
		NotAfter:     ends,
		KeyUsage:     stdx509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth},
		IPAddresses:  csr.IPAddresses,
		DNSNames:     csr.DNSNames,
	}, authority.Crt, csr.PublicKey, authority.Key)
	if err != nil {
		return nil, err
	}

	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

// parseAuthority reads an authority, and refuses one that is none or has a key of
// another.
func parseAuthority(pair *x509.PEMEncodedCertificateAndKey) (*x509.CertificateAuthority, error) {
	authority, err := x509.NewCertificateAuthorityFromCertificateAndKey(pair)
	if err != nil {
		return nil, err
	}

	signer, ok := authority.Key.(crypto.Signer)
	if public, comparable := authority.Crt.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !comparable || !public.Equal(signer.Public()) {
		return nil, errors.New("the key is not that of the certificate")
	}

	if !authority.Crt.IsCA {
		return nil, errors.New("the certificate may not sign others: it is no authority")
	}

	return authority, nil
}

// readKey reads the private key in a file.
func (a *app) readKey(file string) (crypto.Signer, error) {
	raw, err := a.readInput(file)
	if err != nil {
		return nil, err
	}

	key, err := parseKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}

	return key, nil
}

// parseKey reads a private key in one of the forms that tools write.
func parseKey(raw []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, errors.New("not a key in PEM; make one with `talosctl gen key`")
	}

	for _, parse := range []func([]byte) (any, error){
		stdx509.ParsePKCS8PrivateKey,
		func(der []byte) (any, error) { return stdx509.ParseECPrivateKey(der) },
		func(der []byte) (any, error) { return stdx509.ParsePKCS1PrivateKey(der) },
	} {
		if key, err := parse(block.Bytes); err == nil {
			if signer, ok := key.(crypto.Signer); ok {
				return signer, nil
			}
		}
	}

	return nil, fmt.Errorf("PEM block %q is no Ed25519, ECDSA or RSA private key", block.Type)
}

func parseIP(s string) ([]net.IP, error) {
	if s == "" {
		return nil, nil
	}

	ip := net.ParseIP(s)
	if ip == nil {
		return nil, fmt.Errorf("%q is no IP address", s)
	}

	return []net.IP{ip}, nil
}

func after(hours int) (time.Time, error) {
	if hours <= 0 || hours > 100*8760 {
		return time.Time{}, fmt.Errorf("--hours %d: choose from 1 to %d", hours, 100*8760)
	}

	return time.Now().Add(time.Duration(hours) * time.Hour), nil
}
