package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// ImageCacheConfig is about images brought along with the boot medium.
type ImageCacheConfig struct {
	// The copy on this machine.
	Local LocalImageCacheConfig `yaml:"local,omitempty"`
}

// LocalImageCacheConfig is the copy on this machine.
type LocalImageCacheConfig struct {
	// True keeps one and uses it before any registry.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// ImageVerificationConfig says whose images may run.
type ImageVerificationConfig struct {
	// The first that matches an image decides.
	Rules []ImageVerificationRule `yaml:"rules,omitempty" merge:"image,replace"`
}

// ImageKeylessVerifier is an identity that signs.
type ImageKeylessVerifier struct {
	// Who vouches for the identity.
	Issuer string `yaml:"issuer,omitempty"`
	// The identity.
	Subject string `yaml:"subject,omitempty"`
	// The identity, as a regular expression.
	SubjectRegex string `yaml:"subjectRegex,omitempty"`
}

// ImagePublicKeyVerifier is a key that signs.
type ImagePublicKeyVerifier struct {
	// In PEM.
	Certificate string `yaml:"certificate,omitempty"`
}

// ImageVerificationRule is about images by pattern.
type ImageVerificationRule struct {
	// Pattern with * for parts of a reference.
	Image string `yaml:"image,omitempty"`
	// True lets them run unchecked.
	Skip *bool `yaml:"skip,omitempty"`
	// True never lets them run.
	Deny *bool `yaml:"deny,omitempty"`
	// Signed by an identity.
	Keyless *ImageKeylessVerifier `yaml:"keyless,omitempty"`
	// Signed by a key.
	PublicKey *ImagePublicKeyVerifier `yaml:"publicKey,omitempty"`
}

// RegistryAuthConfig is who we are to a registry.
type RegistryAuthConfig struct {
	// Host of the registry.
	Name string `yaml:"name,omitempty" required:"true"`
	// With password.
	Username string `yaml:"username,omitempty"`
	// With username.
	Password string `yaml:"password,omitempty" secret:"true"`
	// Both in base64, instead of them.
	Auth string `yaml:"auth,omitempty" secret:"true"`
	// Instead of both.
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

// RegistryMirrorConfig replaces a registry.
type RegistryMirrorConfig struct {
	// Host of the registry; * is for all others.
	Name string `yaml:"name,omitempty" required:"true"`
	// Tried in order.
	Endpoints []RegistryEndpoint `yaml:"endpoints,omitempty"`
	// True never asks the registry itself.
	SkipFallback *bool `yaml:"skipFallback,omitempty"`
}

// RegistryEndpoint is one mirror.
type RegistryEndpoint struct {
	// Where it is.
	URL value.URL `yaml:"url,omitempty" required:"true"`
	// True uses the path as it is, without /v2.
	OverridePath *bool `yaml:"overridePath,omitempty"`
}

// RegistryTLSConfig is how the certificate of a registry is checked.
type RegistryTLSConfig struct {
	// Host of the registry.
	Name string `yaml:"name,omitempty" required:"true"`
	// Certificate and key to show.
	ClientIdentity *CertificateAndKey `yaml:"clientIdentity,omitempty"`
	// Authority to trust besides those of the system; PEM.
	CA string `yaml:"ca,omitempty"`
	// True trusts any certificate.
	InsecureSkipVerify *bool `yaml:"insecureSkipVerify,omitempty"`
}
