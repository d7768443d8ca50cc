package block

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
)

// EncryptionKeyType says where a LUKS key comes from.
type EncryptionKeyType uint32

// Kinds of encryption keys.
const (
	EncryptionKeyTypeStatic EncryptionKeyType = 0
	EncryptionKeyTypeNodeID EncryptionKeyType = 1
	EncryptionKeyTypeKms    EncryptionKeyType = 2
	EncryptionKeyTypeTpm    EncryptionKeyType = 3
)

var encryptionKeyTypeNames = []netenum.Name[EncryptionKeyType]{
	{Value: EncryptionKeyTypeStatic, Text: "static"},
	{Value: EncryptionKeyTypeNodeID, Text: "nodeID"},
	{Value: EncryptionKeyTypeKms, Text: "kms"},
	{Value: EncryptionKeyTypeTpm, Text: "tpm"},
}

func (v EncryptionKeyType) String() string { return netenum.EnumString(encryptionKeyTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v EncryptionKeyType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *EncryptionKeyType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(encryptionKeyTypeNames, "EncryptionKeyType", string(text), v)
}

// EncryptionProviderType is the encryption of a volume.
type EncryptionProviderType uint32

// Encryption providers.
const (
	EncryptionProviderTypeNone  EncryptionProviderType = 0
	EncryptionProviderTypeLuks2 EncryptionProviderType = 1
)

var encryptionProviderTypeNames = []netenum.Name[EncryptionProviderType]{
	{Value: EncryptionProviderTypeNone, Text: "none"},
	{Value: EncryptionProviderTypeLuks2, Text: "luks2"},
}

func (v EncryptionProviderType) String() string {
	return netenum.EnumString(encryptionProviderTypeNames, v)
}

// MarshalText implements encoding.TextMarshaler.
func (v EncryptionProviderType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *EncryptionProviderType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(encryptionProviderTypeNames, "EncryptionProviderType", string(text), v)
}

// FSParameterType is the form of a mount parameter's value, as fsconfig(2) takes it.
type FSParameterType uint32

// Forms of mount parameters.
const (
	FSParameterTypeString  FSParameterType = 0
	FSParameterTypeBoolean FSParameterType = 1
	FSParameterTypeBinary  FSParameterType = 2
)

var fSParameterTypeNames = []netenum.Name[FSParameterType]{
	{Value: FSParameterTypeString, Text: "string"},
	{Value: FSParameterTypeBoolean, Text: "boolean"},
	{Value: FSParameterTypeBinary, Text: "binary"},
}

func (v FSParameterType) String() string { return netenum.EnumString(fSParameterTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FSParameterType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FSParameterType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(fSParameterTypeNames, "FSParameterType", string(text), v)
}

// FilesystemType is a file system a volume has or shall have.
type FilesystemType uint32

// File systems. The text of swap is "swapi" to every client of the API.
const (
	FilesystemTypeNone     FilesystemType = 0
	FilesystemTypeXfs      FilesystemType = 1
	FilesystemTypeVfat     FilesystemType = 2
	FilesystemTypeExt4     FilesystemType = 3
	FilesystemTypeIso9660  FilesystemType = 4
	FilesystemTypeSwapi    FilesystemType = 5
	FilesystemTypeVirtiofs FilesystemType = 6
	FilesystemTypeBtrfs    FilesystemType = 7
)

var filesystemTypeNames = []netenum.Name[FilesystemType]{
	{Value: FilesystemTypeNone, Text: "none"},
	{Value: FilesystemTypeXfs, Text: "xfs"},
	{Value: FilesystemTypeVfat, Text: "vfat"},
	{Value: FilesystemTypeExt4, Text: "ext4"},
	{Value: FilesystemTypeIso9660, Text: "iso9660"},
	{Value: FilesystemTypeSwapi, Text: "swapi"},
	{Value: FilesystemTypeVirtiofs, Text: "virtiofs"},
	{Value: FilesystemTypeBtrfs, Text: "btrfs"},
}

func (v FilesystemType) String() string { return netenum.EnumString(filesystemTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FilesystemType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FilesystemType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(filesystemTypeNames, "FilesystemType", string(text), v)
}

// VolumePhase is how far a volume has come. They are in order: from waiting over located (it
// exists) and provisioned (made or grown) to ready (has its file system); failed comes with a
// message and is tried again.
type VolumePhase uint32

// Phases of volumes.
const (
	VolumePhaseWaiting     VolumePhase = 0
	VolumePhaseFailed      VolumePhase = 1
	VolumePhaseMissing     VolumePhase = 2
	VolumePhaseLocated     VolumePhase = 3
	VolumePhaseProvisioned VolumePhase = 4
	VolumePhasePrepared    VolumePhase = 5
	VolumePhaseReady       VolumePhase = 6
	VolumePhaseClosed      VolumePhase = 7
)

var volumePhaseNames = []netenum.Name[VolumePhase]{
	{Value: VolumePhaseWaiting, Text: "waiting"},
	{Value: VolumePhaseFailed, Text: "failed"},
	{Value: VolumePhaseMissing, Text: "missing"},
	{Value: VolumePhaseLocated, Text: "located"},
	{Value: VolumePhaseProvisioned, Text: "provisioned"},
	{Value: VolumePhasePrepared, Text: "prepared"},
	{Value: VolumePhaseReady, Text: "ready"},
	{Value: VolumePhaseClosed, Text: "closed"},
}

func (v VolumePhase) String() string { return netenum.EnumString(volumePhaseNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VolumePhase) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VolumePhase) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(volumePhaseNames, "VolumePhase", string(text), v)
}

// VolumeType is what a volume is made of.
type VolumeType uint32

// Types of volumes.
const (
	VolumeTypePartition VolumeType = 0
	VolumeTypeDisk      VolumeType = 1
	VolumeTypeTmpfs     VolumeType = 2
	VolumeTypeDirectory VolumeType = 3
	VolumeTypeSymlink   VolumeType = 4
	VolumeTypeOverlay   VolumeType = 5
	VolumeTypeExternal  VolumeType = 6
)

var volumeTypeNames = []netenum.Name[VolumeType]{
	{Value: VolumeTypePartition, Text: "partition"},
	{Value: VolumeTypeDisk, Text: "disk"},
	{Value: VolumeTypeTmpfs, Text: "tmpfs"},
	{Value: VolumeTypeDirectory, Text: "directory"},
	{Value: VolumeTypeSymlink, Text: "symlink"},
	{Value: VolumeTypeOverlay, Text: "overlay"},
	{Value: VolumeTypeExternal, Text: "external"},
}

func (v VolumeType) String() string { return netenum.EnumString(volumeTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VolumeType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VolumeType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(volumeTypeNames, "VolumeType", string(text), v)
}
