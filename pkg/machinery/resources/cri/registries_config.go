package cri

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type RegistriesConfigSpec struct {
	RegistryMirrors map[string]*RegistryMirrorConfig `yaml:"mirrors,omitempty" protobuf:"1"`
	RegistryAuths   map[string]*RegistryAuthConfig   `yaml:"auths,omitempty" protobuf:"2"`
	RegistryTLSs    map[string]*RegistryTLSConfig    `yaml:"tls,omitempty" protobuf:"3"`
}

type RegistryMirrorConfig struct {
	MirrorEndpoints    []RegistryEndpointConfig `yaml:"endpoints" protobuf:"1"`
	MirrorSkipFallback bool                     `yaml:"skipFallback,omitempty" protobuf:"3"`
}

type RegistryEndpointConfig struct {
	EndpointEndpoint     string `yaml:"endpoint" protobuf:"1"`
	EndpointOverridePath bool   `yaml:"overridePath" protobuf:"2"`
}

type RegistryAuthConfig struct {
	RegistryUsername      string `yaml:"username,omitempty" protobuf:"1"`
	RegistryPassword      string `yaml:"password,omitempty" protobuf:"2"`
	RegistryAuth          string `yaml:"auth,omitempty" protobuf:"3"`
	RegistryIdentityToken string `yaml:"identityToken,omitempty" protobuf:"4"`
}

type RegistryTLSConfig struct {
	TLSClientIdentity     *x509.PEMEncodedCertificateAndKey `yaml:"clientIdentity,omitempty" protobuf:"1"`
	TLSCA                 resource.Base64Bytes              `yaml:"ca,omitempty" protobuf:"2"`
	TLSInsecureSkipVerify bool                              `yaml:"insecureSkipVerify,omitempty" protobuf:"3"`
}

var RegistryConfigs = resource.Define[RegistriesConfigSpec](Kinds, resource.Definition{
	Type: "RegistryConfigs.cri.talos.dev", Namespace: "cri",
	Sensitive: true,
})
