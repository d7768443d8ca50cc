package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type TrustdCertsSpec struct {
	AcceptedCAs []*x509.PEMEncodedCertificate     `yaml:"acceptedCAs" protobuf:"3"`
	Server      *x509.PEMEncodedCertificateAndKey `yaml:"server" protobuf:"2"`
}

var TrustdCertificates = resource.Define[TrustdCertsSpec](Kinds, resource.Definition{
	Type: "TrustdCertificates.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
