package secrets

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type EncryptionSaltSpec struct {
	DiskSalt []byte `yaml:"diskSalt" protobuf:"1"`
}

var EncryptionSalts = resource.Define[EncryptionSaltSpec](Kinds, resource.Definition{
	Type: "EncryptionSalts.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
