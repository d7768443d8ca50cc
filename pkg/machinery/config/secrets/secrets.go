// Package secrets makes and keeps the secrets of a cluster: its certificate
// authorities, keys, tokens and identity. A bundle is made once per cluster, and
// all machine configs and client certificates can be made from it again.
package secrets

import (
	"fmt"
	"strings"
	"time"

	"github.com/siderolabs/crypto/x509"
)

// caLifetime is ten years: rotating an authority is a project of its own, so it
// must not fall due by itself within the life of ordinary hardware.
const caLifetime = 87600 * time.Hour

// Bundle is all secrets of a cluster. The yaml tags are the file format.
type Bundle struct {
	Cluster    Cluster    `yaml:"cluster"`
	Secrets    Secrets    `yaml:"secrets"`
	TrustdInfo TrustdInfo `yaml:"trustdinfo"`
	Certs      Certs      `yaml:"certs"`
}

// Cluster is who the cluster is to a discovery service.
type Cluster struct {
	ID     string `yaml:"id"`
	Secret string `yaml:"secret" secret:"true"`
}

// Secrets are the secrets of Kubernetes.
type Secrets struct {
	BootstrapToken            string `yaml:"bootstraptoken" secret:"true"`
	AESCBCEncryptionSecret    string `yaml:"aescbcencryptionsecret" secret:"true"`
	SecretboxEncryptionSecret string `yaml:"secretboxencryptionsecret" secret:"true"`
}

// TrustdInfo is what a joining node shows to trustd.
type TrustdInfo struct {
	Token string `yaml:"token" secret:"true"`
}

// Certs are the certificate authorities and the service account key.
type Certs struct {
	Etcd              *x509.PEMEncodedCertificateAndKey `yaml:"etcd" secret:"true"`
	K8s               *x509.PEMEncodedCertificateAndKey `yaml:"k8s" secret:"true"`
	K8sAggregator     *x509.PEMEncodedCertificateAndKey `yaml:"k8saggregator" secret:"true"`
	K8sServiceAccount *x509.PEMEncodedKey               `yaml:"k8sserviceaccount" secret:"true"`
	OS                *x509.PEMEncodedCertificateAndKey `yaml:"os" secret:"true"`
}

// Complete reports all that is missing to make machine configs.
func (b *Bundle) Complete() error {
	var missing []string

	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"cluster.id", b.Cluster.ID == ""},
		{"cluster.secret", b.Cluster.Secret == ""},
		{"secrets.bootstraptoken", b.Secrets.BootstrapToken == ""},
		{"secrets.secretboxencryptionsecret", b.Secrets.AESCBCEncryptionSecret == "" && b.Secrets.SecretboxEncryptionSecret == ""},
		{"trustdinfo.token", b.TrustdInfo.Token == ""},
		{"certs.etcd", empty(b.Certs.Etcd)},
		{"certs.k8s", empty(b.Certs.K8s)},
		{"certs.k8saggregator", empty(b.Certs.K8sAggregator)},
		{"certs.k8sserviceaccount", b.Certs.K8sServiceAccount == nil || len(b.Certs.K8sServiceAccount.Key) == 0},
		{"certs.os", empty(b.Certs.OS)},
	} {
		if part.missing {
			missing = append(missing, part.name)
		}
	}

	if len(missing) > 0 {
		return fmt.Errorf("secrets bundle has no %s", strings.Join(missing, ", "))
	}

	return nil
}

func empty(p *x509.PEMEncodedCertificateAndKey) bool {
	return p == nil || len(p.Crt) == 0 || len(p.Key) == 0
}
