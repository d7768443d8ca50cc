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
	// True keeps one and uses it before any registry. Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
}

// ImageVerificationConfig says whose images may run.
type ImageVerificationConfig struct {
	// Rules, of which the first that matches an image decides.
	Rules []ImageVerificationRule `yaml:"rules,omitempty" merge:"image,replace"`
}

// ImageKeylessVerifier is an identity that signs.
type ImageKeylessVerifier struct {
	// URL of who vouches for the identity.
	Issuer string `yaml:"issuer,omitempty"`
	// The identity, such as a mail address or a workflow URL.
	Subject string `yaml:"subject,omitempty"`
	// The identity, as a regular expression.
	SubjectRegex string `yaml:"subjectRegex,omitempty"`
}

// ImagePublicKeyVerifier is a key that signs.
type ImagePublicKeyVerifier struct {
	// Public key or certificate in PEM.
	Certificate string `yaml:"certificate,omitempty"`
}

// ImageVerificationRule is about images by pattern.
type ImageVerificationRule struct {
	// Pattern with * for parts of a reference.
	Image string `yaml:"image,omitempty"`
	// True lets them run unchecked. Default false.
	Skip *bool `yaml:"skip,omitempty"`
	// True never lets them run. Default false.
	Deny *bool `yaml:"deny,omitempty"`
	// Asks for a signature made by an identity.
	Keyless *ImageKeylessVerifier `yaml:"keyless,omitempty"`
	// Asks for a signature made by a key.
	PublicKey *ImagePublicKeyVerifier `yaml:"publicKey,omitempty"`
}

// RegistryAuthConfig is who we are to a registry.
type RegistryAuthConfig struct {
	// Host of the registry.
	Name string `yaml:"name,omitempty" required:"true"`
	// User name; goes with password.
	Username string `yaml:"username,omitempty"`
	// Password; goes with username.
	Password string `yaml:"password,omitempty" secret:"true"`
	// User name and password with a colon between, in base64, instead of the two.
	Auth string `yaml:"auth,omitempty" secret:"true"`
	// Token, instead of user name and password.
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

// RegistryMirrorConfig replaces a registry.
type RegistryMirrorConfig struct {
	// Host of the registry; * is for all others.
	Name string `yaml:"name,omitempty" required:"true"`
	// Mirrors, tried in order.
	Endpoints []RegistryEndpoint `yaml:"endpoints,omitempty"`
	// True never asks the registry itself. Default false.
	SkipFallback *bool `yaml:"skipFallback,omitempty"`
}

// RegistryEndpoint is one mirror.
type RegistryEndpoint struct {
	// URL of the mirror.
	URL value.URL `yaml:"url,omitempty" required:"true" scheme:"https|http"`
	// True uses the path as it is, without /v2. Default false.
	OverridePath *bool `yaml:"overridePath,omitempty"`
}

// RegistryTLSConfig is how the certificate of a registry is checked.
type RegistryTLSConfig struct {
	// Host of the registry.
	Name string `yaml:"name,omitempty" required:"true"`
	// Client certificate and key to show to the registry.
	ClientIdentity *CertificateAndKey `yaml:"clientIdentity,omitempty"`
	// Authority to trust besides those of the system; PEM.
	CA string `yaml:"ca,omitempty"`
	// True trusts any certificate. Default false.
	InsecureSkipVerify *bool `yaml:"insecureSkipVerify,omitempty"`
}
