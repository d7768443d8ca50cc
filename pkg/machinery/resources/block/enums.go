package block

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
)

type EncryptionKeyType uint32

const (
	EncryptionKeyTypeStatic EncryptionKeyType = 0
	EncryptionKeyTypeNodeID EncryptionKeyType = 1
	EncryptionKeyTypeKms    EncryptionKeyType = 2
	EncryptionKeyTypeTpm    EncryptionKeyType = 3
)

var encryptionKeyTypeNames = []netenum.Name[EncryptionKeyType]{
	{EncryptionKeyTypeStatic, "static"},
	{EncryptionKeyTypeNodeID, "nodeID"},
	{EncryptionKeyTypeKms, "kms"},
	{EncryptionKeyTypeTpm, "tpm"},
}

func (v EncryptionKeyType) String() string { return netenum.EnumString(encryptionKeyTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v EncryptionKeyType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *EncryptionKeyType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(encryptionKeyTypeNames, "EncryptionKeyType", string(text), v)
}

type EncryptionProviderType uint32

const (
	EncryptionProviderTypeNone  EncryptionProviderType = 0
	EncryptionProviderTypeLuks2 EncryptionProviderType = 1
)

var encryptionProviderTypeNames = []netenum.Name[EncryptionProviderType]{
	{EncryptionProviderTypeNone, "none"},
	{EncryptionProviderTypeLuks2, "luks2"},
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

type FSParameterType uint32

const (
	FSParameterTypeString  FSParameterType = 0
	FSParameterTypeBoolean FSParameterType = 1
	FSParameterTypeBinary  FSParameterType = 2
)

var fSParameterTypeNames = []netenum.Name[FSParameterType]{
	{FSParameterTypeString, "string"},
	{FSParameterTypeBoolean, "boolean"},
	{FSParameterTypeBinary, "binary"},
}

func (v FSParameterType) String() string { return netenum.EnumString(fSParameterTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FSParameterType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FSParameterType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(fSParameterTypeNames, "FSParameterType", string(text), v)
}

type FilesystemType uint32

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
	{FilesystemTypeNone, "none"},
	{FilesystemTypeXfs, "xfs"},
	{FilesystemTypeVfat, "vfat"},
	{FilesystemTypeExt4, "ext4"},
	{FilesystemTypeIso9660, "iso9660"},
	{FilesystemTypeSwapi, "swapi"},
	{FilesystemTypeVirtiofs, "virtiofs"},
	{FilesystemTypeBtrfs, "btrfs"},
}

func (v FilesystemType) String() string { return netenum.EnumString(filesystemTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FilesystemType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FilesystemType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(filesystemTypeNames, "FilesystemType", string(text), v)
}

type VolumePhase uint32

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
	{VolumePhaseWaiting, "waiting"},
	{VolumePhaseFailed, "failed"},
	{VolumePhaseMissing, "missing"},
	{VolumePhaseLocated, "located"},
	{VolumePhaseProvisioned, "provisioned"},
	{VolumePhasePrepared, "prepared"},
	{VolumePhaseReady, "ready"},
	{VolumePhaseClosed, "closed"},
}

func (v VolumePhase) String() string { return netenum.EnumString(volumePhaseNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VolumePhase) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VolumePhase) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(volumePhaseNames, "VolumePhase", string(text), v)
}

type VolumeType uint32

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
	{VolumeTypePartition, "partition"},
	{VolumeTypeDisk, "disk"},
	{VolumeTypeTmpfs, "tmpfs"},
	{VolumeTypeDirectory, "directory"},
	{VolumeTypeSymlink, "symlink"},
	{VolumeTypeOverlay, "overlay"},
	{VolumeTypeExternal, "external"},
}

func (v VolumeType) String() string { return netenum.EnumString(volumeTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v VolumeType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VolumeType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(volumeTypeNames, "VolumeType", string(text), v)
}
