package cri

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// RegistriesConfigSpec says how registries are reached; keys are host names with an optional port,
// or "*".
type RegistriesConfigSpec struct {
	RegistryMirrors map[string]*RegistryMirrorConfig `yaml:"mirrors,omitempty" protobuf:"1"`
	RegistryAuths   map[string]*RegistryAuthConfig   `yaml:"auths,omitempty" protobuf:"2"`
	RegistryTLSs    map[string]*RegistryTLSConfig    `yaml:"tls,omitempty" protobuf:"3"`
}

// RegistryMirrorConfig lists what is asked in place of a registry, in order. The registry itself
// comes last unless SkipFallback.
type RegistryMirrorConfig struct {
	MirrorEndpoints    []RegistryEndpointConfig `yaml:"endpoints" protobuf:"1"`
	MirrorSkipFallback bool                     `yaml:"skipFallback,omitempty" protobuf:"3"`
}

// RegistryEndpointConfig is the URL of a mirror. With OverridePath, the URL's path stands in place
// of /v2.
type RegistryEndpointConfig struct {
	EndpointEndpoint     string `yaml:"endpoint" protobuf:"1"`
	EndpointOverridePath bool   `yaml:"overridePath" protobuf:"2"`
}

// RegistryAuthConfig has credentials in one of the forms that docker's configuration has.
type RegistryAuthConfig struct {
	RegistryUsername      string `yaml:"username,omitempty" protobuf:"1"`
	RegistryPassword      string `yaml:"password,omitempty" protobuf:"2"`
	RegistryAuth          string `yaml:"auth,omitempty" protobuf:"3"`
	RegistryIdentityToken string `yaml:"identityToken,omitempty" protobuf:"4"`
}

// RegistryTLSConfig has a client certificate, and the CA that vouches for the registry.
type RegistryTLSConfig struct {
	TLSClientIdentity     *x509.PEMEncodedCertificateAndKey `yaml:"clientIdentity,omitempty" protobuf:"1"`
	TLSCA                 resource.Base64Bytes              `yaml:"ca,omitempty" protobuf:"2"`
	TLSInsecureSkipVerify bool                              `yaml:"insecureSkipVerify,omitempty" protobuf:"3"`
}

// RegistryConfigs has one resource, RegistriesConfigID, written from the machine config.
var RegistryConfigs = resource.Define[RegistriesConfigSpec](Kinds, resource.Definition{
	Type: "RegistryConfigs.cri.talos.dev", Namespace: "cri",
	Sensitive: true,
})
