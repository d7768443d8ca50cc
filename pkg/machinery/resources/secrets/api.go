package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// APICertsSpec is what apid serves and calls other nodes with. In maintenance mode there is only a
// server certificate.
type APICertsSpec struct {
	AcceptedCAs             []*x509.PEMEncodedCertificate     `yaml:"acceptedCAs" protobuf:"4"`
	Client                  *x509.PEMEncodedCertificateAndKey `yaml:"client" protobuf:"2"`
	Server                  *x509.PEMEncodedCertificateAndKey `yaml:"server" protobuf:"3"`
	SkipVerifyingClientCert bool                              `yaml:"skipVerifyingClientCert" protobuf:"5"`
}

// ApiCertificates has one resource, APIID. Reissued long before it expires.
var ApiCertificates = resource.Define[APICertsSpec](Kinds, resource.Definition{
	Type: "ApiCertificates.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
