package secrets

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EncryptionSaltSpec is random, kept on STATE, and makes disk keys derived from the node's ID
// differ from other nodes'.
type EncryptionSaltSpec struct {
	DiskSalt []byte `yaml:"diskSalt" protobuf:"1"`
}

// EncryptionSalts has one resource, EncryptionSaltID.
var EncryptionSalts = resource.Define[EncryptionSaltSpec](Kinds, resource.Definition{
	Type: "EncryptionSalts.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
