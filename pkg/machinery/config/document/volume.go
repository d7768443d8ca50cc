package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// ExistingVolumeConfig mounts a volume that is already there, at /var/mnt/<name>.
type ExistingVolumeConfig struct {
	// Of the mount.
	Name string `yaml:"name,omitempty"`
	// Which volume.
	Discovery VolumeDiscoverySpec `yaml:"discovery,omitempty"`
	// How it is mounted.
	Mount ExistingMountSpec `yaml:"mount,omitempty"`
	// Tells the disk what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// VolumeSelector matches volumes.
type VolumeSelector struct {
	// CEL expression on volume and disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// VolumeDiscoverySpec finds a volume.
type VolumeDiscoverySpec struct {
	VolumeSelector VolumeSelector `yaml:"volumeSelector,omitempty"`
}

// ExistingMountSpec is how it is mounted.
type ExistingMountSpec struct {
	// True forbids writing.
	ReadOnly *bool `yaml:"readOnly,omitempty"`
	// True adds noatime.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec.
	Secure *bool `yaml:"secure,omitempty"`
}

// TrimConfig tells the disk what is unused.
type TrimConfig struct {
	// Left out: as FilesystemTrimConfig says.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Default a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// ScrubConfig checks a file system while in use.
type ScrubConfig struct {
	// Left out: as FilesystemScrubConfig says.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Default a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// ExternalVolumeConfig mounts a volume of the host a virtual machine runs on, at
// /var/mnt/<name>.
type ExternalVolumeConfig struct {
	// Of the mount.
	Name string `yaml:"name,omitempty"`
	// virtiofs is the only one.
	FilesystemType string `yaml:"filesystemType,omitempty" enum:"virtiofs"`
	// How it is mounted.
	Mount ExternalMountSpec `yaml:"mount,omitempty"`
}

// VirtiofsMountSpec is a directory the host shares.
type VirtiofsMountSpec struct {
	// Its name.
	Tag string `yaml:"tag,omitempty"`
}

// ExternalMountSpec is how it is mounted.
type ExternalMountSpec struct {
	// True forbids writing.
	ReadOnly *bool `yaml:"readOnly,omitempty"`
	// True adds noatime.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec.
	Secure *bool `yaml:"secure,omitempty"`
	// What to mount.
	Virtiofs *VirtiofsMountSpec `yaml:"virtiofs,omitempty"`
}

// FilesystemScrubConfig checks all volumes.
type FilesystemScrubConfig struct {
	// Default a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// FilesystemTrimConfig trims all volumes.
type FilesystemTrimConfig struct {
	// Default a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// RawVolumeConfig makes a partition without a file system, for software that brings
// its own.
type RawVolumeConfig struct {
	// Of the volume.
	Name string `yaml:"name,omitempty"`
	// Where and how large.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is encrypted; left out for not.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
}

// DiskSelector matches disks.
type DiskSelector struct {
	// CEL expression on disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// ProvisioningSpec is where a volume is made and how large.
type ProvisioningSpec struct {
	// Which disk.
	DiskSelector DiskSelector `yaml:"diskSelector,omitempty"`
	// True lets it grow to maxSize at each boot.
	Grow *bool `yaml:"grow,omitempty"`
	// A disk without that much room is not used.
	MinSize value.ByteSize `yaml:"minSize,omitempty"`
	// The most, as a size or a percentage of the disk; negative leaves that much free.
	MaxSize value.Size `yaml:"maxSize,omitempty"`
}

// EncryptionKeyStatic is a passphrase.
type EncryptionKeyStatic struct {
	Passphrase string `yaml:"passphrase,omitempty" secret:"true"`
}

// EncryptionKeyNodeID is a key made from the machine's UUID and the partition's label.
type EncryptionKeyNodeID struct {
}

// EncryptionKeyKMS is a key service.
type EncryptionKeyKMS struct {
	// Its address.
	Endpoint string `yaml:"endpoint,omitempty"`
}

// EncryptionKeyTPMOptions is what a key is sealed to.
type EncryptionKeyTPMOptions struct {
	// Registers besides the one of the boot image.
	PCRs []int `yaml:"pcrs,omitempty"`
}

// EncryptionKeyTPM is the TPM.
type EncryptionKeyTPM struct {
	// What the key is sealed to.
	Options *EncryptionKeyTPMOptions `yaml:"options,omitempty"`
	// True refuses to seal a key while Secure Boot is off.
	CheckSecurebootStatusOnEnroll *bool `yaml:"checkSecurebootStatusOnEnroll,omitempty"`
}

// EncryptionKey is one key, by exactly one method.
type EncryptionKey struct {
	// Key slot of LUKS, unique among the keys.
	Slot int `yaml:"slot,omitempty"`
	// A passphrase in this config.
	Static *EncryptionKeyStatic `yaml:"static,omitempty"`
	// Derived from the machine.
	NodeID *EncryptionKeyNodeID `yaml:"nodeID,omitempty"`
	// Sealed by a key service on the network.
	KMS *EncryptionKeyKMS `yaml:"kms,omitempty"`
	// Sealed by the TPM to this machine's boot state.
	TPM *EncryptionKeyTPM `yaml:"tpm,omitempty"`
	// True opens only with the STATE partition it was made with.
	LockToState *bool `yaml:"lockToState,omitempty"`
}

// EncryptionSpec encrypts a volume.
type EncryptionSpec struct {
	// luks2 is the only one.
	Provider string `yaml:"provider,omitempty" enum:"luks2"`
	// Any of them opens it.
	Keys []EncryptionKey `yaml:"keys,omitempty"`
	// Default aes-xts-plain64.
	Cipher string `yaml:"cipher,omitempty" enum:"aes-xts-plain64|xchacha12,aes-adiantum-plain64|xchacha20,aes-adiantum-plain64"`
	// In bits; zero is the default of the cipher.
	KeySize uint `yaml:"keySize,omitempty"`
	// In bytes; zero is the default of the disk.
	BlockSize uint64 `yaml:"blockSize,omitempty"`
	// Performance options such as no_read_workqueue.
	Options []string `yaml:"options,omitempty"`
	// True passes trim to the disk, which shows what is unused.
	AllowDiscards *bool `yaml:"allowDiscards,omitempty"`
}

// SwapVolumeConfig makes a partition to swap to.
type SwapVolumeConfig struct {
	// Of the volume.
	Name string `yaml:"name,omitempty"`
	// Where and how large.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is encrypted; left out for not.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
}

// UserVolumeConfig makes a volume for user data, mounted at /var/mnt/<name>.
type UserVolumeConfig struct {
	// Of the volume.
	Name string `yaml:"name,omitempty"`
	// A partition, a whole disk, or a directory at /var. Default partition.
	VolumeType string `yaml:"volumeType,omitempty" enum:"directory|disk|partition"`
	// Where and how large.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is formatted.
	Filesystem FilesystemSpec `yaml:"filesystem,omitempty"`
	// How it is encrypted; left out for not.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
	// How it is mounted.
	Mount UserMountSpec `yaml:"mount,omitempty"`
	// Tells the disk what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// XFSSpec is about XFS.
type XFSSpec struct {
	// Larger groups mean fewer of them.
	MinAllocationGroupSize value.ByteSize `yaml:"minAllocationGroupSize,omitempty"`
}

// FilesystemSpec is how a volume is formatted.
type FilesystemSpec struct {
	// Default xfs.
	Type string `yaml:"type,omitempty" enum:"ext4|xfs|btrfs"`
	// True mounts it with project quotas.
	ProjectQuotaSupport *bool   `yaml:"projectQuotaSupport,omitempty"`
	XFS                 XFSSpec `yaml:"xfs,omitempty"`
}

// UserMountSpec is how a user volume is mounted.
type UserMountSpec struct {
	// True adds noatime.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec.
	Secure *bool `yaml:"secure,omitempty"`
}

// VolumeConfig changes a volume of the system. Takes effect when the volume is made.
type VolumeConfig struct {
	// STATE, EPHEMERAL and so on.
	Name string `yaml:"name,omitempty"`
	// Where and how large.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is formatted.
	Filesystem SystemVolumeFilesystemSpec `yaml:"filesystem,omitempty"`
	// How it is encrypted; left out for not.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
	// How it is mounted.
	Mount SystemVolumeMountSpec `yaml:"mount,omitempty"`
	// Tells the disk what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// SystemVolumeFilesystemSpec is how a system volume is formatted.
type SystemVolumeFilesystemSpec struct {
	XFS XFSSpec `yaml:"xfs,omitempty"`
}

// SystemVolumeMountSpec is how a system volume is mounted.
type SystemVolumeMountSpec struct {
	// True adds nosuid, nodev and noexec where possible.
	Secure *bool `yaml:"secure,omitempty"`
	// True adds noatime.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
}

// ZswapConfig compresses memory before it is swapped.
type ZswapConfig struct {
	// Share of memory it may take.
	MaxPoolPercent int `yaml:"maxPoolPercent,omitempty"`
	// True moves what is cold to disk early.
	ShrinkerEnabled *bool `yaml:"shrinkerEnabled,omitempty"`
}
