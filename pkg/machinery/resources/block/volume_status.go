package block

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeStatusSpec is how far a volume has come, and where it is: Location is the device,
// MountLocation what is mounted (the opened one of an encrypted volume). Sizes are bytes.
// ErrorMessage says why Phase is failed.
type VolumeStatusSpec struct {
	Phase                    VolumePhase              `yaml:"phase" protobuf:"1"`
	PreFailPhase             VolumePhase              `yaml:"preFailPhase,omitempty" protobuf:"6"`
	Type                     VolumeType               `yaml:"type" protobuf:"16"`
	ParentID                 string                   `yaml:"parentID,omitempty" protobuf:"19"`
	Location                 string                   `yaml:"location,omitempty" protobuf:"2"`
	MountLocation            string                   `yaml:"mountLocation,omitempty" protobuf:"11"`
	PartitionIndex           int                      `yaml:"partitionIndex,omitempty" protobuf:"8"`
	ParentLocation           string                   `yaml:"parentLocation,omitempty" protobuf:"7"`
	UUID                     string                   `yaml:"uuid,omitempty" protobuf:"4"`
	PartitionUUID            string                   `yaml:"partitionUUID,omitempty" protobuf:"5"`
	Size                     uint64                   `yaml:"size,omitempty" protobuf:"9"`
	PrettySize               string                   `yaml:"prettySize,omitempty" protobuf:"13"`
	Filesystem               FilesystemType           `yaml:"filesystem,omitempty" protobuf:"10"`
	EncryptionProvider       EncryptionProviderType   `yaml:"encryptionProvider,omitempty" protobuf:"12"`
	EncryptionFailedSyncs    []string                 `yaml:"encryptionFailedSyncs,omitempty" protobuf:"14"`
	ConfiguredEncryptionKeys []string                 `yaml:"configuredEncryptionKeys,omitempty" protobuf:"17"`
	EncryptionLockedToState  bool                     `yaml:"encryptionLockedToState,omitempty" protobuf:"20"`
	EncryptionSlot           *int                     `yaml:"encryptionSlot,omitempty" protobuf:"21"`
	TPMEncryptionOptions     TPMEncryptionOptionsInfo `yaml:"tpmEncryptionOptions,omitempty" protobuf:"22"`
	EncryptionAllowDiscards  bool                     `yaml:"encryptionAllowDiscards,omitempty" protobuf:"23"`
	TrimEnabled              bool                     `yaml:"trimEnabled,omitempty" protobuf:"24"`
	TrimInterval             time.Duration            `yaml:"trimInterval,omitempty" protobuf:"25"`
	ScrubEnabled             bool                     `yaml:"scrubEnabled,omitempty" protobuf:"26"`
	ScrubInterval            time.Duration            `yaml:"scrubInterval,omitempty" protobuf:"27"`
	MountSpec                MountSpec                `yaml:"mountSpec,omitempty" protobuf:"15"`
	SymlinkSpec              SymlinkProvisioningSpec  `yaml:"symlink,omitempty" protobuf:"18"`
	ErrorMessage             string                   `yaml:"errorMessage,omitempty" protobuf:"3"`
}

// TPMEncryptionOptionsInfo has the platform configuration registers that a key is sealed to.
type TPMEncryptionOptionsInfo struct {
	PCRs       []int `yaml:"pcrs,omitempty" protobuf:"1"`
	PubKeyPCRs []int `yaml:"pubKeyPcrs,omitempty" protobuf:"2"`
}

// VolumeStatuses have the volume's ID.
var VolumeStatuses = resource.Define[VolumeStatusSpec](Kinds, resource.Definition{
	Type: "VolumeStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Type", JSONPath: "{.type}"}, {Name: "Phase", JSONPath: "{.phase}"}, {Name: "Location", JSONPath: "{.location}"}, {Name: "Size", JSONPath: "{.prettySize}"}},
})
