package talosctl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/siderolabs/crypto/x509"
	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

type genSecretsOptions struct {
	output, fromConfig, fromPKI, talosVersion, token string
}

func newGenSecretsCmd(a *app, force *bool) *cobra.Command {
	var o genSecretsOptions

	cmd := &cobra.Command{
		Use:   "secrets",
		Short: "Generate the secrets of a cluster",
		Long: `Generates the certificate authorities, keys and tokens of a cluster into a file
from which gen config makes machine configs, again and again. Whoever has the
file has the cluster: keep it encrypted.`,
		Example: `  talosctl gen secrets
  talosctl gen secrets --from-controlplane-config controlplane.yaml -o secrets.yaml`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			bundle, err := a.makeSecrets(o)
			if err != nil {
				return err
			}

			raw, err := bundle.Marshal()
			if err != nil {
				return err
			}

			return a.create(*force, outFile{o.output, raw})
		},
	}

	f := cmd.Flags()
	f.StringVarP(&o.output, "output-file", "o", "secrets.yaml", "`file` to write; - for standard output")
	f.StringVar(&o.fromConfig, "from-controlplane-config", "", "take the secrets out of a control plane machine config `file`")
	f.StringVarP(&o.fromPKI, "from-kubernetes-pki", "p", "", "take the authorities and keys of a kubeadm cluster's PKI `directory`, such as /etc/kubernetes/pki")
	f.StringVarP(&o.token, "kubernetes-bootstrap-token", "t", "", "bootstrap token of Kubernetes to use")
	f.StringVar(&o.talosVersion, "talos-version", "", "release line to generate for (default: this one)")
	a.identityFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("from-controlplane-config", "from-kubernetes-pki")

	return cmd
}

func (a *app) makeSecrets(o genSecretsOptions) (bundle *secrets.Bundle, err error) {
	c := contract.Current()

	if o.talosVersion != "" {
		if c, err = contract.Parse(o.talosVersion); err != nil {
			return nil, err
		}
	}

	if o.fromConfig != "" {
		cfg, err := a.loadConfig(o.fromConfig)
		if err != nil {
			return nil, err
		}

		if bundle, err = secrets.FromConfig(cfg); err != nil {
			return nil, fmt.Errorf("%s: %w", o.fromConfig, err)
		}
	} else if bundle, err = secrets.New(time.Now(), c); err != nil {
		return nil, err
	}

	if o.fromPKI != "" {
		if err = adoptPKI(bundle, o.fromPKI); err != nil {
			return nil, fmt.Errorf("take over %s: %w", o.fromPKI, err)
		}
	}

	if o.token != "" {
		if !bootstrapTokens.MatchString(o.token) {
			return nil, errors.New("--kubernetes-bootstrap-token: a token has 6 characters, a dot and 16 characters, all of them digits or small letters")
		}

		bundle.Secrets.BootstrapToken = o.token
	}

	return bundle, nil
}

// bootstrapTokens are those that Kubernetes takes.
var bootstrapTokens = regexp.MustCompile(`^[0-9a-z]{6}\.[0-9a-z]{16}$`)

// adoptPKI takes what kubeadm made, so that nodes of both kinds are one cluster
// while the old ones go.
func adoptPKI(b *secrets.Bundle, dir string) error {
	if st, err := os.Stat(dir); err != nil {
		return nameless(err)
	} else if !st.IsDir() {
		return errors.New("it is not a directory")
	}

	pair := func(name string) (*x509.PEMEncodedCertificateAndKey, error) {
		crt, err1 := os.ReadFile(filepath.Join(dir, name+".crt"))
		key, err2 := os.ReadFile(filepath.Join(dir, name+".key"))

		return &x509.PEMEncodedCertificateAndKey{Crt: crt, Key: key}, errors.Join(err1, err2)
	}

	var err1, err2, err3 error

	b.Certs.K8s, err1 = pair("ca")
	b.Certs.K8sAggregator, err2 = pair("front-proxy-ca")
	b.Certs.Etcd, err3 = pair("etcd/ca")

	key, err4 := os.ReadFile(filepath.Join(dir, "sa.key"))
	b.Certs.K8sServiceAccount = &x509.PEMEncodedKey{Key: key}

	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}

	for name, p := range map[string]*x509.PEMEncodedCertificateAndKey{"ca": b.Certs.K8s, "front-proxy-ca": b.Certs.K8sAggregator, "etcd/ca": b.Certs.Etcd} {
		if _, err := parseAuthority(p); err != nil {
			return fmt.Errorf("%s.crt and %s.key: %w", name, name, err)
		}
	}

	if _, err := parseKey(key); err != nil {
		return fmt.Errorf("sa.key: %w", err)
	}

	return nil
}
