package v1alpha1

import (
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// RegistriesConfig is about image registries.
type RegistriesConfig struct {
	// By registry host; * is for all others.
	Mirrors map[string]RegistryMirrorConfig `yaml:"mirrors,omitempty"`
	// By host of a registry or mirror.
	Config map[string]RegistryConfig `yaml:"config,omitempty"`
}

// RegistryMirrorConfig replaces a registry.
type RegistryMirrorConfig struct {
	// URLs tried in order.
	Endpoints []string `yaml:"endpoints,omitempty"`
	// True uses the path of the URLs as it is, without /v2.
	OverridePath *bool `yaml:"overridePath,omitempty"`
	// True never asks the registry itself.
	SkipFallback *bool `yaml:"skipFallback,omitempty"`
}

// RegistryTLSConfig is how its certificate is checked.
type RegistryTLSConfig struct {
	// Certificate and key to show.
	ClientIdentity *x509.PEMEncodedCertificateAndKey `yaml:"clientIdentity,omitempty" secret:"true"`
	// Authority to trust besides those of the system.
	CA value.Base64 `yaml:"ca,omitempty"`
	// True trusts any certificate.
	InsecureSkipVerify *bool `yaml:"insecureSkipVerify,omitempty"`
}

// RegistryAuthConfig is who we are to it, as in Docker's config file.
type RegistryAuthConfig struct {
	// With password.
	Username string `yaml:"username,omitempty"`
	// With username.
	Password string `yaml:"password,omitempty" secret:"true"`
	// Both in base64, instead of them.
	Auth string `yaml:"auth,omitempty" secret:"true"`
	// Instead of both.
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

// RegistryConfig is access to one registry.
type RegistryConfig struct {
	TLS  *RegistryTLSConfig  `yaml:"tls,omitempty"`
	Auth *RegistryAuthConfig `yaml:"auth,omitempty"`
}
