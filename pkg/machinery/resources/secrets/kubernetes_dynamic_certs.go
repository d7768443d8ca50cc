package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KubernetesDynamicCertsSpec struct {
	APIServer              *x509.PEMEncodedCertificateAndKey `yaml:"apiServer" protobuf:"1"`
	APIServerKubeletClient *x509.PEMEncodedCertificateAndKey `yaml:"apiServerKubeletClient" protobuf:"2"`
	FrontProxy             *x509.PEMEncodedCertificateAndKey `yaml:"frontProxy" protobuf:"3"`
}

var KubernetesDynamicCerts = resource.Define[KubernetesDynamicCertsSpec](Kinds, resource.Definition{
	Type: "KubernetesDynamicCerts.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
