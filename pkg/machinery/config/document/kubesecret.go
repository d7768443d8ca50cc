package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeAPIServerCAConfig is the Kubernetes authority.
type KubeAPIServerCAConfig struct {
	// Authority that signs. Workers have its certificate only.
	IssuingCA CertificateAndKey `yaml:"issuingCA,omitempty"`
	// Further certificates the API server accepts, for rotating the first.
	AcceptedCAs []string `yaml:"acceptedCAs,omitempty"`
}

// CertificateAndKey is a certificate and its key in PEM.
type CertificateAndKey struct {
	// The certificate in PEM.
	Cert string `yaml:"cert,omitempty"`
	// The key in PEM. Left out where only verifying is needed.
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
	// An EncryptionConfiguration of apiserver.config.k8s.io.
	Config value.Object `yaml:"config,omitempty" secret:"true"`
}

// KubeServiceAccountConfig is about service account tokens.
type KubeServiceAccountConfig struct {
	// How tokens are made.
	Issuer IssuerServiceAccountConfig `yaml:"issuer,omitempty" required:"true"`
	// Which tokens are accepted besides.
	Accepted AcceptedServiceAccountConfig `yaml:"accepted,omitempty"`
}

// IssuerServiceAccountConfig makes tokens.
type IssuerServiceAccountConfig struct {
	// Key that signs tokens, in PEM.
	PrivateKey string `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	// URL at which others find the keys to check tokens.
	IssuerURL value.URL `yaml:"issuerURL,omitempty" required:"true" scheme:"https|http"`
}

// AcceptedServiceAccountConfig lists what is accepted besides what we issue.
type AcceptedServiceAccountConfig struct {
	// Further public keys in PEM, for rotating the key.
	PublicKeys []string `yaml:"publicKeys,omitempty"`
	// Further issuer URLs to accept.
	Issuers []value.URL `yaml:"issuers,omitempty" scheme:"https|http"`
	// Audiences to accept. Default: the issuer.
	Audiences []string `yaml:"audiences,omitempty"`
}
