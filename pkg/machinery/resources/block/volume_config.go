package block

import (
	"io/fs"
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeConfigSpec is a volume somebody wants: how to find it, how to make it when it is not there,
// and how to mount it.
type VolumeConfigSpec struct {
	ParentID      string                  `yaml:"parentId,omitempty" protobuf:"1"`
	Type          VolumeType              `yaml:"type" protobuf:"2"`
	Provisioning  ProvisioningSpec        `yaml:"provisioning" protobuf:"3"`
	Encryption    EncryptionSpec          `yaml:"encryption,omitempty" protobuf:"6"`
	Locator       LocatorSpec             `yaml:"locator" protobuf:"4"`
	Mount         MountSpec               `yaml:"mount,omitempty" protobuf:"5"`
	Symlink       SymlinkProvisioningSpec `yaml:"symlink,omitempty" protobuf:"7"`
	TrimEnabled   bool                    `yaml:"trimEnabled,omitempty" protobuf:"8"`
	TrimInterval  time.Duration           `yaml:"trimInterval,omitempty" protobuf:"9"`
	ScrubEnabled  bool                    `yaml:"scrubEnabled,omitempty" protobuf:"10"`
	ScrubInterval time.Duration           `yaml:"scrubInterval,omitempty" protobuf:"11"`
}

// ProvisioningSpec says how a volume is made. Volumes of a lower Wave are all made before those of
// a higher one. Without a DiskSelector a volume is only ever found.
type ProvisioningSpec struct {
	Wave           int            `yaml:"wave,omitempty" protobuf:"3"`
	DiskSelector   DiskSelector   `yaml:"diskSelector,omitempty" protobuf:"1"`
	PartitionSpec  PartitionSpec  `yaml:"partitionSpec,omitempty" protobuf:"2"`
	FilesystemSpec FilesystemSpec `yaml:"filesystemSpec,omitempty" protobuf:"4"`
}

// DiskSelector chooses the disk: by an expression over Disks, or by the name of something outside
// (such as a virtiofs tag).
type DiskSelector struct {
	Match    Expression `yaml:"match,omitempty" protobuf:"1"`
	External string     `yaml:"external,omitempty" protobuf:"2"`
}

// PartitionSpec has the bounds of a partition in bytes; zero as MaxSize is no bound.
// RelativeMaxSize is a percentage of the disk, and NegativeMaxSize makes the bound what shall stay
// free.
type PartitionSpec struct {
	MinSize         uint64 `yaml:"minSize" protobuf:"1"`
	MaxSize         uint64 `yaml:"maxSize,omitempty" protobuf:"2"`
	RelativeMaxSize uint64 `yaml:"relativeMaxSize" protobuf:"6"`
	NegativeMaxSize bool   `yaml:"negativeMaxSize" protobuf:"7"`
	Grow            bool   `yaml:"grow" protobuf:"3"`
	Label           string `yaml:"label,omitempty" protobuf:"4"`
	TypeUUID        string `yaml:"typeUUID,omitempty" protobuf:"5"`
}

// FilesystemSpec says what a new volume is formatted with. An existing file system is never
// replaced.
type FilesystemSpec struct {
	Type                   FilesystemType `yaml:"type" protobuf:"1"`
	Label                  string         `yaml:"label,omitempty" protobuf:"2"`
	MinAllocationGroupSize uint64         `yaml:"minAllocationGroupSize,omitempty" protobuf:"3"`
}

// EncryptionSpec says how a volume is encrypted. Any of the keys opens it. KeySize is in bits,
// BlockSize in bytes.
type EncryptionSpec struct {
	Provider      EncryptionProviderType `yaml:"provider" protobuf:"1"`
	Keys          []EncryptionKey        `yaml:"keys" protobuf:"2"`
	Cipher        string                 `yaml:"cipher,omitempty" protobuf:"3"`
	KeySize       uint                   `yaml:"keySize,omitempty" protobuf:"4"`
	BlockSize     uint64                 `yaml:"blockSize,omitempty" protobuf:"5"`
	PerfOptions   []string               `yaml:"perfOptions,omitempty" protobuf:"6"`
	AllowDiscards bool                   `yaml:"allowDiscards,omitempty" protobuf:"7"`
}

// EncryptionKey is one key slot. Only the fields of its Type are set.
type EncryptionKey struct {
	Slot                             int                  `yaml:"slot" protobuf:"1"`
	Type                             EncryptionKeyType    `yaml:"type" protobuf:"2"`
	LockToSTATE                      bool                 `yaml:"lockToState,omitempty" protobuf:"6"`
	StaticPassphrase                 resource.StringBytes `yaml:"staticPassphrase,omitempty" protobuf:"3"`
	KMSEndpoint                      string               `yaml:"kmsEndpoint,omitempty" protobuf:"4"`
	TPMCheckSecurebootStatusOnEnroll bool                 `yaml:"tpmCheckSecurebootStatusOnEnroll,omitempty" protobuf:"5"`
	TPMPCRs                          []int                `yaml:"pcrs,omitempty" protobuf:"7"`
	TPMPubKeyPCRs                    []int                `yaml:"pubKeyPcrs,omitempty" protobuf:"8"`
}

// LocatorSpec finds an existing volume by an expression over DiscoveredVolumes and Disks.
type LocatorSpec struct {
	Match     Expression `yaml:"match,omitempty" protobuf:"1"`
	DiskMatch Expression `yaml:"diskMatch,omitempty" protobuf:"2"`
}

// MountSpec says where and how a volume is mounted. TargetPath is below the mount of ParentID;
// FileMode, UID and GID are of the directory.
type MountSpec struct {
	TargetPath          string          `yaml:"targetPath" protobuf:"1"`
	SelinuxLabel        string          `yaml:"selinuxLabel" protobuf:"2"`
	ProjectQuotaSupport bool            `yaml:"projectQuotaSupport" protobuf:"3"`
	ParentID            string          `yaml:"parentId,omitempty" protobuf:"4"`
	FileMode            fs.FileMode     `yaml:"fileMode,omitempty" protobuf:"5"`
	UID                 int             `yaml:"uid,omitempty" protobuf:"6"`
	GID                 int             `yaml:"gid,omitempty" protobuf:"7"`
	RecursiveRelabel    bool            `yaml:"recursiveRelabel,omitempty" protobuf:"8"`
	BindTarget          *string         `yaml:"bindTarget,omitempty" protobuf:"9"`
	Parameters          []ParameterSpec `yaml:"parameters,omitempty" protobuf:"10"`
	Secure              bool            `yaml:"secure,omitempty" protobuf:"11"`
	NoExec              bool            `yaml:"noExec,omitempty" protobuf:"12"`
}

// ParameterSpec is a parameter of the file system; String or Binary is set, or neither for a flag.
type ParameterSpec struct {
	Type   FSParameterType `yaml:"type" protobuf:"1"`
	Name   string          `yaml:"name" protobuf:"2"`
	String *string         `yaml:"string,omitempty" protobuf:"3"`
	Binary []byte          `yaml:"binary,omitempty" protobuf:"5"`
}

// SymlinkProvisioningSpec makes a volume a symbolic link. Force replaces what is in its place.
type SymlinkProvisioningSpec struct {
	SymlinkTargetPath string `yaml:"symlinkTargetPath" protobuf:"1"`
	Force             bool   `yaml:"force" protobuf:"2"`
}

// VolumeConfigs have the volume's ID: the partition label of system volumes (STATE, EPHEMERAL,
// META), the path of directories. Labels such as SystemVolumeLabel say what sort of volume it is.
var VolumeConfigs = resource.Define[VolumeConfigSpec](Kinds, resource.Definition{
	Type: "VolumeConfigs.block.talos.dev", Namespace: "runtime",
	Sensitive: true,
})
