package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MountStatusSpec is a mounted volume. A detached one has a mount that is in no directory, and no
// Target.
type MountStatusSpec struct {
	Spec                MountRequestSpec       `yaml:"spec" protobuf:"1"`
	Source              string                 `yaml:"source" protobuf:"3"`
	Target              string                 `yaml:"target" protobuf:"2"`
	Filesystem          FilesystemType         `yaml:"filesystem" protobuf:"4"`
	EncryptionProvider  EncryptionProviderType `yaml:"encryptionProvider,omitempty" protobuf:"7"`
	ReadOnly            bool                   `yaml:"readOnly" protobuf:"5"`
	ProjectQuotaSupport bool                   `yaml:"projectQuotaSupport" protobuf:"6"`
	Detached            bool                   `yaml:"detached" protobuf:"8"`
}

// MountStatuses have the volume's ID. A finalizer on one keeps the volume mounted.
var MountStatuses = resource.Define[MountStatusSpec](Kinds, resource.Definition{
	Type: "MountStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Source", JSONPath: "{.source}"}, {Name: "Target", JSONPath: "{.target}"}, {Name: "Filesystem", JSONPath: "{.filesystem}"}, {Name: "Volume", JSONPath: "{.spec.volumeID}"}},
})
