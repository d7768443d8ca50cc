package talosctl

import (
	"crypto/rand"
	"crypto/rsa"
	stdx509 "crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"time"

	"github.com/siderolabs/crypto/x509"
	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/app/talosctl/sigdb"
)

// Sizes of keys and life of the certificate. Firmware of the first generations takes
// RSA keys only, and a machine that refuses to boot because of a date helps nobody.
const (
	bootKeyBits  = 4096
	pcrKeyBits   = 2048 // what every TPM 2.0 has
	bootLifetime = 10 * 8760 * time.Hour
)

func newGenSecureBootCmd(a *app, force *bool) *cobra.Command {
	var output string

	cmd := &cobra.Command{
		Use:   "secureboot",
		Short: "Generate the keys of secure boot",
		Long: `Generates what images are signed with, so that firmware starts them and nothing else.
uki makes the key for the images, database the files that tell the firmware of it, pcr
the key that lets a TPM give out a disk's key to signed images only.`,
	}

	cmd.PersistentFlags().StringVarP(&output, "output", "o", "_out", "directory to write to")
	cmd.AddCommand(newGenUKICmd(a, &output, force), newGenPCRCmd(a, &output, force), newGenDatabaseCmd(a, &output, force))

	return cmd
}

func newGenUKICmd(a *app, output *string, force *bool) *cobra.Command {
	var name string

	cmd := &cobra.Command{
		Use:   "uki",
		Short: "Generate the certificate and key that sign images",
		Long: `Generates an RSA key of 4096 bits and a certificate for it, valid for ten years:
uki-signing-key.pem, uki-signing-cert.pem, and uki-signing-cert.der for firmware menus.`,
		Example: `  talosctl gen secureboot uki --common-name "Rack 7"`,
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			key, err := rsa.GenerateKey(rand.Reader, bootKeyBits)
			if err != nil {
				return err
			}

			serial, err := x509.NewSerialNumber()
			if err != nil {
				return err
			}

			template := &stdx509.Certificate{
				SerialNumber: serial, Subject: pkix.Name{CommonName: name}, KeyUsage: stdx509.KeyUsageDigitalSignature,
				NotBefore: time.Now().Add(-5 * time.Minute), NotAfter: time.Now().Add(bootLifetime),
				BasicConstraintsValid: true,
			}

			der, err := stdx509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
			if err != nil {
				return err
			}

			return a.createIn(*output, *force,
				outFile{"uki-signing-cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})},
				outFile{"uki-signing-cert.der", der},
				outFile{"uki-signing-key.pem", rsaPEM(key)})
		},
	}

	cmd.Flags().StringVar(&name, "common-name", "Test UKI Signing Key", "common name of the certificate's subject")

	return cmd
}

func newGenPCRCmd(a *app, output *string, force *bool) *cobra.Command {
	return &cobra.Command{
		Use:     "pcr",
		Short:   "Generate the key that signs TPM measurements",
		Long:    `Generates an RSA key of 2048 bits, pcr-signing-key.pem.`,
		Example: `  talosctl gen secureboot pcr`,
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			key, err := rsa.GenerateKey(rand.Reader, pcrKeyBits)
			if err != nil {
				return err
			}

			return a.createIn(*output, *force, outFile{"pcr-signing-key.pem", rsaPEM(key)})
		},
	}
}

func newGenDatabaseCmd(a *app, output *string, force *bool) *cobra.Command {
	var enrolledFile, signingFile, keyFile string

	cmd := &cobra.Command{
		Use:   "database",
		Short: "Generate the files that tell firmware of a certificate",
		Long: `Generates PK.auth, KEK.auth and db.auth, which firmware in setup mode takes from an
image. db has the certificate to enroll; PK and KEK, who may change it later, have the one
that signs.`,
		Example: `  talosctl gen secureboot uki
  talosctl gen secureboot database`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			enrolled, err := a.readCertificate(enrolledFile)
			if err != nil {
				return err
			}

			signing, err := a.readCertificate(signingFile)
			if err != nil {
				return err
			}

			key, err := a.readKey(keyFile)
			if err != nil {
				return err
			}

			var files []outFile

			for _, v := range []struct {
				sigdb.Variable
				crt *stdx509.Certificate
			}{{sigdb.DB, enrolled}, {sigdb.KEK, signing}, {sigdb.PK, signing}} {
				data, err := sigdb.Update(v.Variable, v.crt, signing, key, time.Now())
				if err != nil {
					return fmt.Errorf("%s and %s: %w", signingFile, keyFile, err)
				}

				files = append(files, outFile{v.Name + ".auth", data})
			}

			return a.createIn(*output, *force, files...)
		},
	}

	cmd.Flags().StringVar(&enrolledFile, "enrolled-certificate", "_out/uki-signing-cert.pem", "certificate to enroll, a PEM `file`")
	cmd.Flags().StringVar(&signingFile, "signing-certificate", "_out/uki-signing-cert.pem", "certificate that signs the database, a PEM `file`")
	cmd.Flags().StringVar(&keyFile, "signing-key", "_out/uki-signing-key.pem", "key of the certificate that signs, a PEM `file`")

	return cmd
}

// createIn creates files in a directory, which is made if it is missing.
func (a *app) createIn(dir string, force bool, files ...outFile) error {
	undo, err := makeDir(dir)
	if err != nil {
		return err
	}

	for i := range files {
		files[i].path = filepath.Join(dir, files[i].path)
	}

	if err = a.create(force, files...); err != nil {
		undo()
	}

	return err
}

func (a *app) readCertificate(file string) (*stdx509.Certificate, error) {
	raw, err := a.readInput(file)
	if err != nil {
		return nil, err
	}

	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s is no certificate in PEM; make one with `talosctl gen secureboot uki`", file)
	}

	crt, err := stdx509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}

	return crt, nil
}

func rsaPEM(key *rsa.PrivateKey) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: stdx509.MarshalPKCS1PrivateKey(key)})
}
