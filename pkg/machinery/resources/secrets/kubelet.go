package secrets

import (
	"net/url"

	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletSpec is what the kubelet needs to ask for its certificate.
type KubeletSpec struct {
	Endpoint              *url.URL                      `yaml:"endpoint" protobuf:"1"`
	EndpointTLSServerName string                        `yaml:"endpointTLSServerName,omitempty" protobuf:"6"`
	AcceptedCAs           []*x509.PEMEncodedCertificate `yaml:"acceptedCAs" protobuf:"5"`
	BootstrapTokenID      string                        `yaml:"bootstrapTokenID" protobuf:"3"`
	BootstrapTokenSecret  string                        `yaml:"bootstrapTokenSecret" protobuf:"4"`
}

// KubeletSecrets has one resource, KubeletID.
var KubeletSecrets = resource.Define[KubeletSpec](Kinds, resource.Definition{
	Type: "KubeletSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
