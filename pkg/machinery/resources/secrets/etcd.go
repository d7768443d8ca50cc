package secrets

import (
	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EtcdCertsSpec are etcd's certificates: for serving, for its peers, for this node's own client and
// for the API server.
type EtcdCertsSpec struct {
	Etcd          *x509.PEMEncodedCertificateAndKey `yaml:"etcd" protobuf:"1"`
	EtcdPeer      *x509.PEMEncodedCertificateAndKey `yaml:"etcdPeer" protobuf:"2"`
	EtcdAdmin     *x509.PEMEncodedCertificateAndKey `yaml:"etcdAdmin" protobuf:"3"`
	EtcdAPIServer *x509.PEMEncodedCertificateAndKey `yaml:"etcdAPIServer" protobuf:"4"`
}

// EtcdSecrets has one resource, EtcdID, on control plane nodes.
var EtcdSecrets = resource.Define[EtcdCertsSpec](Kinds, resource.Definition{
	Type: "EtcdSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
