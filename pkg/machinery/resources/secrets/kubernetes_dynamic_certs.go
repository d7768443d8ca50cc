package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubernetesDynamicCertsSpec are certificates of the API server, which depend on the node's
// addresses.
type KubernetesDynamicCertsSpec struct {
	APIServer              *x509.PEMEncodedCertificateAndKey `yaml:"apiServer" protobuf:"1"`
	APIServerKubeletClient *x509.PEMEncodedCertificateAndKey `yaml:"apiServerKubeletClient" protobuf:"2"`
	FrontProxy             *x509.PEMEncodedCertificateAndKey `yaml:"frontProxy" protobuf:"3"`
}

// KubernetesDynamicCerts has one resource, KubernetesDynamicCertsID, on control plane nodes.
var KubernetesDynamicCerts = resource.Define[KubernetesDynamicCertsSpec](Kinds, resource.Definition{
	Type: "KubernetesDynamicCerts.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
