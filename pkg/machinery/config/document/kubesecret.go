package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type KubeAPIServerCAConfig struct {
	IssuingCA   CertificateAndKey `yaml:"issuingCA,omitempty"`
	AcceptedCAs []string          `yaml:"acceptedCAs,omitempty"`
}

type CertificateAndKey struct {
	Cert string `yaml:"cert,omitempty"`
	Key  string `yaml:"key,omitempty" secret:"true"`
}

type KubeAggregatorCAConfig struct {
	IssuingCA   CertificateAndKey `yaml:"issuingCA,omitempty"`
	AcceptedCAs []string          `yaml:"acceptedCAs,omitempty"`
}

type KubeEtcdEncryptionConfig struct {
	Config value.Object `yaml:"config,omitempty" secret:"true"`
}

type KubeServiceAccountConfig struct {
	Issuer   IssuerServiceAccountConfig   `yaml:"issuer,omitempty" required:"true"`
	Accepted AcceptedServiceAccountConfig `yaml:"accepted,omitempty"`
}

type IssuerServiceAccountConfig struct {
	PrivateKey string    `yaml:"privateKey,omitempty" required:"true" secret:"true"`
	IssuerURL  value.URL `yaml:"issuerURL,omitempty" required:"true"`
}

type AcceptedServiceAccountConfig struct {
	PublicKeys []string    `yaml:"publicKeys,omitempty"`
	Issuers    []value.URL `yaml:"issuers,omitempty"`
	Audiences  []string    `yaml:"audiences,omitempty"`
}
