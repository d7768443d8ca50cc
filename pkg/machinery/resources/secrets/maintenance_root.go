package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MaintenanceRootSpec is a CA made at boot for the certificate of maintenance mode.
type MaintenanceRootSpec struct {
	CA *x509.PEMEncodedCertificateAndKey `yaml:"ca" protobuf:"1"`
}

// MaintenanceRootSecrets has one resource, MaintenanceRootID, in maintenance mode.
var MaintenanceRootSecrets = resource.Define[MaintenanceRootSpec](Kinds, resource.Definition{
	Type: "MaintenanceRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
