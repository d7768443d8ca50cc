package secrets

import (
	"net/netip"

	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// OSRootSpec is the CA of the node's API. Its key is on control plane nodes only; others join with
// the token.
type OSRootSpec struct {
	IssuingCA       *x509.PEMEncodedCertificateAndKey `yaml:"issuingCA" protobuf:"1"`
	AcceptedCAs     []*x509.PEMEncodedCertificate     `yaml:"acceptedCAs" protobuf:"5"`
	CertSANIPs      []netip.Addr                      `yaml:"certSANIPs" protobuf:"2"`
	CertSANDNSNames []string                          `yaml:"certSANDNSNames" protobuf:"3"`
	Token           string                            `yaml:"token" protobuf:"4"`
}

// OSRootSecrets has one resource, OSRootID.
var OSRootSecrets = resource.Define[OSRootSpec](Kinds, resource.Definition{
	Type: "OSRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
