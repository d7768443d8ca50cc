package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MountStatusSpec is a mounted system volume, in the form that `talosctl mounts` of older clients
// reads.
type MountStatusSpec struct {
	Source              string   `yaml:"source" protobuf:"1"`
	Target              string   `yaml:"target" protobuf:"2"`
	FilesystemType      string   `yaml:"filesystemType" protobuf:"3"`
	Options             []string `yaml:"options" protobuf:"4"`
	Encrypted           bool     `yaml:"encrypted" protobuf:"5"`
	EncryptionProviders []string `yaml:"encryptionProviders,omitempty" protobuf:"6"`
}

// MountStatuses have the volume's ID.
var MountStatuses = resource.Define[MountStatusSpec](Kinds, resource.Definition{
	Type: "MountStatuses.runtime.talos.dev", Namespace: "runtime",
	Aliases:              []string{"mounts"},
	SkipAutomaticAliases: true,
	Columns:              []resource.Column{{Name: "Source", JSONPath: "{.source}"}, {Name: "Target", JSONPath: "{.target}"}, {Name: "Filesystem Type", JSONPath: "{.filesystemType}"}},
})
