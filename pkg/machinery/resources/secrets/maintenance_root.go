package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MaintenanceRootSpec struct {
	CA *x509.PEMEncodedCertificateAndKey `yaml:"ca" protobuf:"1"`
}

var MaintenanceRootSecrets = resource.Define[MaintenanceRootSpec](Kinds, resource.Definition{
	Type: "MaintenanceRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
