package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type EtcdRootSpec struct {
	EtcdCA *x509.PEMEncodedCertificateAndKey `yaml:"etcdCA" protobuf:"1"`
}

var EtcdRootSecrets = resource.Define[EtcdRootSpec](Kinds, resource.Definition{
	Type: "EtcdRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
