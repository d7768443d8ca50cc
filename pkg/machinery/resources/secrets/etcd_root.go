package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EtcdRootSpec is etcd's CA.
type EtcdRootSpec struct {
	EtcdCA *x509.PEMEncodedCertificateAndKey `yaml:"etcdCA" protobuf:"1"`
}

// EtcdRootSecrets has one resource, EtcdRootID, on control plane nodes.
var EtcdRootSecrets = resource.Define[EtcdRootSpec](Kinds, resource.Definition{
	Type: "EtcdRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
