package v1alpha1

import (
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// RegistriesConfig is about image registries.
type RegistriesConfig struct {
	// Mirrors by registry host; * is for all others.
	Mirrors map[string]RegistryMirrorConfig `yaml:"mirrors,omitempty"`
	// Certificates and credentials by host of a registry or mirror.
	Config map[string]RegistryConfig `yaml:"config,omitempty"`
}

// RegistryMirrorConfig replaces a registry.
type RegistryMirrorConfig struct {
	// Mirrors, tried in order.
	Endpoints []string `yaml:"endpoints,omitempty"`
	// True uses the path of the URLs as it is, without /v2. Default false.
	OverridePath *bool `yaml:"overridePath,omitempty"`
	// True never asks the registry itself. Default false.
	SkipFallback *bool `yaml:"skipFallback,omitempty"`
}

// RegistryTLSConfig is how its certificate is checked.
type RegistryTLSConfig struct {
	// Client certificate and key to show to the registry.
	ClientIdentity *x509.PEMEncodedCertificateAndKey `yaml:"clientIdentity,omitempty" secret:"true"`
	// Authority in PEM, then base64, to trust besides those of the system.
	CA value.Base64 `yaml:"ca,omitempty"`
	// True trusts any certificate. Default false.
	InsecureSkipVerify *bool `yaml:"insecureSkipVerify,omitempty"`
}

// RegistryAuthConfig is who we are to it, as in Docker's config file.
type RegistryAuthConfig struct {
	// User name; goes with password.
	Username string `yaml:"username,omitempty"`
	// Password; goes with username.
	Password string `yaml:"password,omitempty" secret:"true"`
	// User name and password with a colon between, in base64, instead of the two.
	Auth string `yaml:"auth,omitempty" secret:"true"`
	// Token, instead of user name and password.
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

// RegistryConfig is access to one registry.
type RegistryConfig struct {
	// How its certificate is checked.
	TLS *RegistryTLSConfig `yaml:"tls,omitempty"`
	// Who we are to it.
	Auth *RegistryAuthConfig `yaml:"auth,omitempty"`
}
