package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeAPIServerCAConfig is the Kubernetes authority.
type KubeAPIServerCAConfig struct {
	// Signs; workers have the certificate only.
	IssuingCA CertificateAndKey `yaml:"issuingCA,omitempty"`
	// Further certificates the API server accepts, for rotating the first.
	AcceptedCAs []string `yaml:"acceptedCAs,omitempty"`
}

// CertificateAndKey is a certificate and its key in PEM.
type CertificateAndKey struct {
	// The certificate.
	Cert string `yaml:"cert,omitempty"`
	// Left out where only verifying is needed.
	Key string `yaml:"key,omitempty" secret:"true"`
}

// KubeAggregatorCAConfig is the authority for extension API servers.
type KubeAggregatorCAConfig struct {
	// Signs the API server's certificate towards them.
	IssuingCA CertificateAndKey `yaml:"issuingCA,omitempty"`
	// Further certificates, for rotating the first.
	AcceptedCAs []string `yaml:"acceptedCAs,omitempty"`
}

// KubeEtcdEncryptionConfig encrypts objects at rest in etcd.
type KubeEtcdEncryptionConfig struct {
	// An EncryptionConfiguration.
	Config value.Object `yaml:"config,omitempty" secret:"true"`
}

// KubeServiceAccountConfig is about service account tokens.
type KubeServiceAccountConfig struct {
	// How they are made.
	Issuer IssuerServiceAccountConfig `yaml:"issuer,omitempty" required:"true"`
	// Which are accepted besides.
	Accepted AcceptedServiceAccountConfig `yaml:"accepted,omitempty"`
}

// IssuerServiceAccountConfig makes tokens.
type IssuerServiceAccountConfig struct {
	// Signs them; PEM.
	PrivateKey string `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	// Where others find the keys to check them.
	IssuerURL value.URL `yaml:"issuerURL,omitempty" required:"true"`
}

// AcceptedServiceAccountConfig lists what is accepted besides what we issue.
type AcceptedServiceAccountConfig struct {
	// In PEM, for rotating the key.
	PublicKeys []string `yaml:"publicKeys,omitempty"`
	// Further issuer URLs.
	Issuers []value.URL `yaml:"issuers,omitempty"`
	// Default: the issuer.
	Audiences []string `yaml:"audiences,omitempty"`
}
