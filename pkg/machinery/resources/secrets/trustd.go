package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// TrustdCertsSpec is what trustd serves with.
type TrustdCertsSpec struct {
	AcceptedCAs []*x509.PEMEncodedCertificate     `yaml:"acceptedCAs" protobuf:"3"`
	Server      *x509.PEMEncodedCertificateAndKey `yaml:"server" protobuf:"2"`
}

// TrustdCertificates has one resource, TrustdID, on control plane nodes.
var TrustdCertificates = resource.Define[TrustdCertsSpec](Kinds, resource.Definition{
	Type: "TrustdCertificates.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
