package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type ImageCacheConfig struct {
	Local LocalImageCacheConfig `yaml:"local,omitempty"`
}

type LocalImageCacheConfig struct {
	Enabled *bool `yaml:"enabled,omitempty"`
}

type ImageVerificationConfig struct {
	Rules []ImageVerificationRule `yaml:"rules,omitempty" merge:"image,replace"`
}

type ImageKeylessVerifier struct {
	Issuer       string `yaml:"issuer,omitempty"`
	Subject      string `yaml:"subject,omitempty"`
	SubjectRegex string `yaml:"subjectRegex,omitempty"`
}

type ImagePublicKeyVerifier struct {
	Certificate string `yaml:"certificate,omitempty"`
}

type ImageVerificationRule struct {
	Image     string                  `yaml:"image,omitempty"`
	Skip      *bool                   `yaml:"skip,omitempty"`
	Deny      *bool                   `yaml:"deny,omitempty"`
	Keyless   *ImageKeylessVerifier   `yaml:"keyless,omitempty"`
	PublicKey *ImagePublicKeyVerifier `yaml:"publicKey,omitempty"`
}

type RegistryAuthConfig struct {
	Name          string `yaml:"name,omitempty" required:"true"`
	Username      string `yaml:"username,omitempty"`
	Password      string `yaml:"password,omitempty" secret:"true"`
	Auth          string `yaml:"auth,omitempty" secret:"true"`
	IdentityToken string `yaml:"identityToken,omitempty" secret:"true"`
}

type RegistryMirrorConfig struct {
	Name         string             `yaml:"name,omitempty" required:"true"`
	Endpoints    []RegistryEndpoint `yaml:"endpoints,omitempty"`
	SkipFallback *bool              `yaml:"skipFallback,omitempty"`
}

type RegistryEndpoint struct {
	URL          value.URL `yaml:"url,omitempty" required:"true"`
	OverridePath *bool     `yaml:"overridePath,omitempty"`
}

type RegistryTLSConfig struct {
	Name               string             `yaml:"name,omitempty" required:"true"`
	ClientIdentity     *CertificateAndKey `yaml:"clientIdentity,omitempty"`
	CA                 string             `yaml:"ca,omitempty"`
	InsecureSkipVerify *bool              `yaml:"insecureSkipVerify,omitempty"`
}
