package v1alpha1

import (
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type RegistriesConfig struct {
	Mirrors map[string]RegistryMirrorConfig `yaml:"mirrors,omitempty"`
	Config  map[string]RegistryConfig       `yaml:"config,omitempty"`
}

type RegistryMirrorConfig struct {
	Endpoints    []string `yaml:"endpoints,omitempty"`
	OverridePath *bool    `yaml:"overridePath,omitempty"`
	SkipFallback *bool    `yaml:"skipFallback,omitempty"`
}

type RegistryTLSConfig struct {
	ClientIdentity     *x509.PEMEncodedCertificateAndKey `yaml:"clientIdentity,omitempty" secret:"true"`
	CA                 value.Base64                      `yaml:"ca,omitempty"`
	InsecureSkipVerify *bool                             `yaml:"insecureSkipVerify,omitempty"`
}

type RegistryAuthConfig struct {
	Username      string `yaml:"username,omitempty"`
	Password      string `yaml:"password,omitempty" secret:"true"`
	Auth          string `yaml:"auth,omitempty" secret:"true"`
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

type RegistryConfig struct {
	TLS  *RegistryTLSConfig  `yaml:"tls,omitempty"`
	Auth *RegistryAuthConfig `yaml:"auth,omitempty"`
}
