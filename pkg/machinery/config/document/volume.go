package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type ExistingVolumeConfig struct {
	Name      string              `yaml:"name,omitempty"`
	Discovery VolumeDiscoverySpec `yaml:"discovery,omitempty"`
	Mount     ExistingMountSpec   `yaml:"mount,omitempty"`
	Trim      TrimConfig          `yaml:"trim,omitempty"`
	Scrub     ScrubConfig         `yaml:"scrub,omitempty"`
}

type VolumeSelector struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type VolumeDiscoverySpec struct {
	VolumeSelector VolumeSelector `yaml:"volumeSelector,omitempty"`
}

type ExistingMountSpec struct {
	ReadOnly          *bool `yaml:"readOnly,omitempty"`
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	Secure            *bool `yaml:"secure,omitempty"`
}

type TrimConfig struct {
	Enabled  *bool         `yaml:"enabled,omitempty"`
	Interval time.Duration `yaml:"interval,omitempty"`
}

type ScrubConfig struct {
	Enabled  *bool         `yaml:"enabled,omitempty"`
	Interval time.Duration `yaml:"interval,omitempty"`
}

type ExternalVolumeConfig struct {
	Name           string            `yaml:"name,omitempty"`
	FilesystemType string            `yaml:"filesystemType,omitempty" enum:"virtiofs"`
	Mount          ExternalMountSpec `yaml:"mount,omitempty"`
}

type VirtiofsMountSpec struct {
	Tag string `yaml:"tag,omitempty"`
}

type ExternalMountSpec struct {
	ReadOnly          *bool              `yaml:"readOnly,omitempty"`
	DisableAccessTime *bool              `yaml:"disableAccessTime,omitempty"`
	Secure            *bool              `yaml:"secure,omitempty"`
	Virtiofs          *VirtiofsMountSpec `yaml:"virtiofs,omitempty"`
}

type FilesystemScrubConfig struct {
	Interval time.Duration `yaml:"interval,omitempty"`
}

type FilesystemTrimConfig struct {
	Interval time.Duration `yaml:"interval,omitempty"`
}

type RawVolumeConfig struct {
	Name         string           `yaml:"name,omitempty"`
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	Encryption   *EncryptionSpec  `yaml:"encryption,omitempty"`
}

type DiskSelector struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type ProvisioningSpec struct {
	DiskSelector DiskSelector   `yaml:"diskSelector,omitempty"`
	Grow         *bool          `yaml:"grow,omitempty"`
	MinSize      value.ByteSize `yaml:"minSize,omitempty"`
	MaxSize      value.Size     `yaml:"maxSize,omitempty"`
}

type EncryptionKeyStatic struct {
	Passphrase string `yaml:"passphrase,omitempty" secret:"true"`
}

type EncryptionKeyNodeID struct {
}

type EncryptionKeyKMS struct {
	Endpoint string `yaml:"endpoint,omitempty"`
}

type EncryptionKeyTPMOptions struct {
	PCRs []int `yaml:"pcrs,omitempty"`
}

type EncryptionKeyTPM struct {
	Options                       *EncryptionKeyTPMOptions `yaml:"options,omitempty"`
	CheckSecurebootStatusOnEnroll *bool                    `yaml:"checkSecurebootStatusOnEnroll,omitempty"`
}

type EncryptionKey struct {
	Slot        int                  `yaml:"slot,omitempty"`
	Static      *EncryptionKeyStatic `yaml:"static,omitempty"`
	NodeID      *EncryptionKeyNodeID `yaml:"nodeID,omitempty"`
	KMS         *EncryptionKeyKMS    `yaml:"kms,omitempty"`
	TPM         *EncryptionKeyTPM    `yaml:"tpm,omitempty"`
	LockToState *bool                `yaml:"lockToState,omitempty"`
}

type EncryptionSpec struct {
	Provider      string          `yaml:"provider,omitempty" enum:"luks2"`
	Keys          []EncryptionKey `yaml:"keys,omitempty"`
	Cipher        string          `yaml:"cipher,omitempty" enum:"aes-xts-plain64|xchacha12,aes-adiantum-plain64|xchacha20,aes-adiantum-plain64"`
	KeySize       uint            `yaml:"keySize,omitempty"`
	BlockSize     uint64          `yaml:"blockSize,omitempty"`
	Options       []string        `yaml:"options,omitempty"`
	AllowDiscards *bool           `yaml:"allowDiscards,omitempty"`
}

type SwapVolumeConfig struct {
	Name         string           `yaml:"name,omitempty"`
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	Encryption   *EncryptionSpec  `yaml:"encryption,omitempty"`
}

type UserVolumeConfig struct {
	Name         string           `yaml:"name,omitempty"`
	VolumeType   string           `yaml:"volumeType,omitempty" enum:"directory|disk|partition"`
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	Filesystem   FilesystemSpec   `yaml:"filesystem,omitempty"`
	Encryption   *EncryptionSpec  `yaml:"encryption,omitempty"`
	Mount        UserMountSpec    `yaml:"mount,omitempty"`
	Trim         TrimConfig       `yaml:"trim,omitempty"`
	Scrub        ScrubConfig      `yaml:"scrub,omitempty"`
}

type XFSSpec struct {
	MinAllocationGroupSize value.ByteSize `yaml:"minAllocationGroupSize,omitempty"`
}

type FilesystemSpec struct {
	Type                string  `yaml:"type,omitempty" enum:"ext4|xfs|btrfs"`
	ProjectQuotaSupport *bool   `yaml:"projectQuotaSupport,omitempty"`
	XFS                 XFSSpec `yaml:"xfs,omitempty"`
}

type UserMountSpec struct {
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	Secure            *bool `yaml:"secure,omitempty"`
}

type VolumeConfig struct {
	Name         string                     `yaml:"name,omitempty"`
	Provisioning ProvisioningSpec           `yaml:"provisioning,omitempty"`
	Filesystem   SystemVolumeFilesystemSpec `yaml:"filesystem,omitempty"`
	Encryption   *EncryptionSpec            `yaml:"encryption,omitempty"`
	Mount        SystemVolumeMountSpec      `yaml:"mount,omitempty"`
	Trim         TrimConfig                 `yaml:"trim,omitempty"`
	Scrub        ScrubConfig                `yaml:"scrub,omitempty"`
}

type SystemVolumeFilesystemSpec struct {
	XFS XFSSpec `yaml:"xfs,omitempty"`
}

type SystemVolumeMountSpec struct {
	Secure            *bool `yaml:"secure,omitempty"`
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
}

type ZswapConfig struct {
	MaxPoolPercent  int   `yaml:"maxPoolPercent,omitempty"`
	ShrinkerEnabled *bool `yaml:"shrinkerEnabled,omitempty"`
}
