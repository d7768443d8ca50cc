package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// ExistingVolumeConfig mounts a volume that is already there, at /var/mnt/<name>.
type ExistingVolumeConfig struct {
	// Name of the mount below /var/mnt.
	Name string `yaml:"name,omitempty"`
	// Finds the volume.
	Discovery VolumeDiscoverySpec `yaml:"discovery,omitempty"`
	// How it is mounted.
	Mount ExistingMountSpec `yaml:"mount,omitempty"`
	// Tells the disk, now and then, what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system, now and then, while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// VolumeSelector matches volumes.
type VolumeSelector struct {
	// CEL expression on volume and disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// VolumeDiscoverySpec finds a volume.
type VolumeDiscoverySpec struct {
	// Which volume it is.
	VolumeSelector VolumeSelector `yaml:"volumeSelector,omitempty"`
}

// ExistingMountSpec is how it is mounted.
type ExistingMountSpec struct {
	// True forbids writing. Default false.
	ReadOnly *bool `yaml:"readOnly,omitempty"`
	// True adds noatime. Default false.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec. Default true.
	Secure *bool `yaml:"secure,omitempty"`
}

// TrimConfig tells the disk what is unused.
type TrimConfig struct {
	// True trims this volume. Default: as FilesystemTrimConfig says.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Time between two runs. Default 168h, which is a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// ScrubConfig checks a file system while in use.
type ScrubConfig struct {
	// True checks this volume. Default: as FilesystemScrubConfig says.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Time between two runs. Default 168h, which is a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// ExternalVolumeConfig mounts a volume of the host a virtual machine runs on, at
// /var/mnt/<name>.
type ExternalVolumeConfig struct {
	// Name of the mount below /var/mnt.
	Name string `yaml:"name,omitempty"`
	// File system that the host shares. There is only virtiofs.
	FilesystemType string `yaml:"filesystemType,omitempty" enum:"virtiofs"`
	// How it is mounted.
	Mount ExternalMountSpec `yaml:"mount,omitempty"`
}

// VirtiofsMountSpec is a directory the host shares.
type VirtiofsMountSpec struct {
	// Tag under which the host shares the directory.
	Tag string `yaml:"tag,omitempty"`
}

// ExternalMountSpec is how it is mounted.
type ExternalMountSpec struct {
	// True forbids writing. Default false.
	ReadOnly *bool `yaml:"readOnly,omitempty"`
	// True adds noatime. Default false.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec. Default true.
	Secure *bool `yaml:"secure,omitempty"`
	// The shared directory to mount.
	Virtiofs *VirtiofsMountSpec `yaml:"virtiofs,omitempty"`
}

// FilesystemScrubConfig checks all volumes.
type FilesystemScrubConfig struct {
	// Time between two runs. Default 168h, which is a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// FilesystemTrimConfig trims all volumes.
type FilesystemTrimConfig struct {
	// Time between two runs. Default 168h, which is a week.
	Interval time.Duration `yaml:"interval,omitempty"`
}

// RawVolumeConfig makes a partition without a file system, for software that brings
// its own.
type RawVolumeConfig struct {
	// Name of the volume. Its partition is labelled r-<name>.
	Name string `yaml:"name,omitempty"`
	// Where the volume is made and how large it is.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is encrypted. Default: not at all.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
}

// DiskSelector matches disks.
type DiskSelector struct {
	// CEL expression on disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// ProvisioningSpec is where a volume is made and how large.
type ProvisioningSpec struct {
	// Which disk the volume is made on.
	DiskSelector DiskSelector `yaml:"diskSelector,omitempty"`
	// True lets it grow to maxSize at each boot. Default: as the kind of volume has it.
	Grow *bool `yaml:"grow,omitempty"`
	// Smallest size, such as 10GiB. A disk without that much room is not used.
	MinSize value.ByteSize `yaml:"minSize,omitempty"`
	// The most, as a size or a percentage of the disk; negative leaves that much free.
	MaxSize value.Size `yaml:"maxSize,omitempty"`
}

// EncryptionKeyStatic is a passphrase.
type EncryptionKeyStatic struct {
	// The passphrase. It protects little, because the config is on the same disk or in git.
	Passphrase string `yaml:"passphrase,omitempty" secret:"true"`
}

// EncryptionKeyNodeID is a key made from the machine's UUID and the partition's label.
type EncryptionKeyNodeID struct {
}

// EncryptionKeyKMS is a key service.
type EncryptionKeyKMS struct {
	// URL of the key service.
	Endpoint string `yaml:"endpoint,omitempty"`
}

// EncryptionKeyTPMOptions is what a key is sealed to.
type EncryptionKeyTPMOptions struct {
	// Numbers of platform registers, from 0 to 23, besides the one of the boot image.
	PCRs []int `yaml:"pcrs,omitempty" range:"0..23"`
}

// EncryptionKeyTPM is the TPM.
type EncryptionKeyTPM struct {
	// What the key is sealed to.
	Options *EncryptionKeyTPMOptions `yaml:"options,omitempty"`
	// True refuses to seal a key while Secure Boot is off. Default false.
	CheckSecurebootStatusOnEnroll *bool `yaml:"checkSecurebootStatusOnEnroll,omitempty"`
}

// EncryptionKey is one key, by exactly one method.
type EncryptionKey struct {
	// Key slot of LUKS2, which has 32, unique among the keys.
	Slot int `yaml:"slot,omitempty" range:"0..31"`
	// A passphrase in this config.
	Static *EncryptionKeyStatic `yaml:"static,omitempty"`
	// A key derived from the machine. It protects a disk that is taken away alone.
	NodeID *EncryptionKeyNodeID `yaml:"nodeID,omitempty"`
	// Sealed by a key service on the network.
	KMS *EncryptionKeyKMS `yaml:"kms,omitempty"`
	// Sealed by the TPM to this machine's boot state.
	TPM *EncryptionKeyTPM `yaml:"tpm,omitempty"`
	// True opens only together with the STATE partition it was made with. Default false.
	LockToState *bool `yaml:"lockToState,omitempty"`
}

// EncryptionSpec encrypts a volume.
type EncryptionSpec struct {
	// Format of the encryption. There is only luks2.
	Provider string `yaml:"provider,omitempty" enum:"luks2"`
	// Keys, of which any opens the volume.
	Keys []EncryptionKey `yaml:"keys,omitempty"`
	// Cipher of the data. Default aes-xts-plain64.
	Cipher string `yaml:"cipher,omitempty" enum:"aes-xts-plain64|xchacha12,aes-adiantum-plain64|xchacha20,aes-adiantum-plain64"`
	// Size of the key in bits. Default 0: that of the cipher.
	KeySize uint `yaml:"keySize,omitempty"`
	// Size of an encrypted block in bytes. Default 0: that of the disk.
	BlockSize uint64 `yaml:"blockSize,omitempty"`
	// Performance options such as no_read_workqueue.
	Options []string `yaml:"options,omitempty"`
	// True passes trim to the disk, which shows what is unused. Default false.
	AllowDiscards *bool `yaml:"allowDiscards,omitempty"`
}

// SwapVolumeConfig makes a partition to swap to.
type SwapVolumeConfig struct {
	// Name of the volume. Its partition is labelled s-<name>.
	Name string `yaml:"name,omitempty"`
	// Where the volume is made and how large it is.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is encrypted. Default: not at all.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
}

// UserVolumeConfig makes a volume for user data, mounted at /var/mnt/<name>.
type UserVolumeConfig struct {
	// Name of the volume. Its partition is labelled u-<name>.
	Name string `yaml:"name,omitempty"`
	// A partition, a whole disk, or a directory at /var. Default partition.
	VolumeType string `yaml:"volumeType,omitempty" enum:"directory|disk|partition"`
	// Where the volume is made and how large it is.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is formatted.
	Filesystem FilesystemSpec `yaml:"filesystem,omitempty"`
	// How it is encrypted. Default: not at all.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
	// How it is mounted.
	Mount UserMountSpec `yaml:"mount,omitempty"`
	// Tells the disk, now and then, what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system, now and then, while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// XFSSpec is about XFS.
type XFSSpec struct {
	// Smallest allocation group. Larger groups mean fewer of them.
	MinAllocationGroupSize value.ByteSize `yaml:"minAllocationGroupSize,omitempty"`
}

// FilesystemSpec is how a volume is formatted.
type FilesystemSpec struct {
	// File system to make. Default xfs.
	Type string `yaml:"type,omitempty" enum:"ext4|xfs|btrfs"`
	// True mounts it with project quotas. Default false.
	ProjectQuotaSupport *bool `yaml:"projectQuotaSupport,omitempty"`
	// Settings of XFS.
	XFS XFSSpec `yaml:"xfs,omitempty"`
}

// UserMountSpec is how a user volume is mounted.
type UserMountSpec struct {
	// True adds noatime. Default false.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
	// True adds nosuid, nodev and noexec. Default true.
	Secure *bool `yaml:"secure,omitempty"`
}

// VolumeConfig changes a volume of the system. Takes effect when the volume is made.
type VolumeConfig struct {
	// Name of the system's volume: STATE, EPHEMERAL, IMAGECACHE or another one of the
	// system.
	Name string `yaml:"name,omitempty"`
	// Where the volume is made and how large it is.
	Provisioning ProvisioningSpec `yaml:"provisioning,omitempty"`
	// How it is formatted.
	Filesystem SystemVolumeFilesystemSpec `yaml:"filesystem,omitempty"`
	// How it is encrypted. Default: not at all.
	Encryption *EncryptionSpec `yaml:"encryption,omitempty"`
	// How it is mounted.
	Mount SystemVolumeMountSpec `yaml:"mount,omitempty"`
	// Tells the disk, now and then, what is unused.
	Trim TrimConfig `yaml:"trim,omitempty"`
	// Checks the file system, now and then, while in use.
	Scrub ScrubConfig `yaml:"scrub,omitempty"`
}

// SystemVolumeFilesystemSpec is how a system volume is formatted.
type SystemVolumeFilesystemSpec struct {
	// Settings of XFS.
	XFS XFSSpec `yaml:"xfs,omitempty"`
}

// SystemVolumeMountSpec is how a system volume is mounted.
type SystemVolumeMountSpec struct {
	// True adds nosuid, nodev and, where possible, noexec. Default true.
	Secure *bool `yaml:"secure,omitempty"`
	// True adds noatime. Default false.
	DisableAccessTime *bool `yaml:"disableAccessTime,omitempty"`
}

// ZswapConfig compresses memory before it is swapped.
type ZswapConfig struct {
	// Share of memory it may take, in percent. Default: that of the kernel.
	MaxPoolPercent int `yaml:"maxPoolPercent,omitempty" range:"1..100"`
	// True moves what is cold to disk early. Default: as the kernel has it.
	ShrinkerEnabled *bool `yaml:"shrinkerEnabled,omitempty"`
}
