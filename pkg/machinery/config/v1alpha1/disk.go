package v1alpha1

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// DiskPartition is one partition, with XFS.
type DiskPartition struct {
	// Size with a unit, or in bytes. Default 0: what is left.
	Size value.DiskSize `yaml:"size,omitempty"`
	// Directory below /var where it is mounted.
	Mountpoint string `yaml:"mountpoint,omitempty"`
}

// MachineDisk is a disk for user data.
type MachineDisk struct {
	// Path of the disk, such as /dev/sdb.
	Device string `yaml:"device,omitempty"`
	// Partitions in order; the last one may be without size.
	Partitions []DiskPartition `yaml:"partitions,omitempty"`
}

// InstallDiskSelector finds a disk. All that is given has to match; texts may have *
// and ?.
type InstallDiskSelector struct {
	// Comparison of the size, such as >= 100GB.
	Size value.SizeMatcher `yaml:"size,omitempty"`
	// Device name, as in /sys/block/<disk>/device/name.
	Name string `yaml:"name,omitempty"`
	// Model of the disk.
	Model string `yaml:"model,omitempty"`
	// Serial number of the disk.
	Serial string `yaml:"serial,omitempty"`
	// Module alias of the device.
	Modalias string `yaml:"modalias,omitempty"`
	// UUID of the disk.
	UUID string `yaml:"uuid,omitempty"`
	// World-wide identifier of the disk.
	WWID string `yaml:"wwid,omitempty"`
	// Type of the disk: ssd, hdd, nvme or sd.
	Type string `yaml:"type,omitempty"`
	// Path of the device on its bus.
	BusPath string `yaml:"busPath,omitempty"`
}

// InstallExtensionConfig is a system extension.
type InstallExtensionConfig struct {
	// Image reference of the extension.
	Image string `yaml:"image,omitempty"`
}

// InstallConfig says where the system is installed and how it starts.
type InstallConfig struct {
	// Path of the disk, such as /dev/sda or one below /dev/disk/by-id.
	Disk string `yaml:"disk,omitempty"`
	// Finds the disk by what it is; used while no path is given.
	DiskSelector *InstallDiskSelector `yaml:"diskSelector,omitempty"`
	// Arguments added to the kernel command line; a leading dash takes one away.
	ExtraKernelArgs []string `yaml:"extraKernelArgs,omitempty"`
	// Installer image, which brings the version to install.
	Image string `yaml:"image,omitempty"`
	// No effect: use an installer image that has them.
	Extensions []InstallExtensionConfig `yaml:"extensions,omitempty"`
	// False leaves the boot loader alone. Default true.
	Bootloader *bool `yaml:"bootloader,omitempty"`
	// True erases the whole disk first. Default false.
	Wipe *bool `yaml:"wipe,omitempty"`
	// True makes the disk bootable by firmware that looks for an active partition. Default
	// false.
	LegacyBIOSSupport *bool `yaml:"legacyBIOSSupport,omitempty"`
	// True takes kernel arguments from the image instead of composing them. Default false.
	GrubUseUKICmdline *bool `yaml:"grubUseUKICmdline,omitempty"`
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

// EncryptionKeyTPM is the TPM.
type EncryptionKeyTPM struct {
	// True refuses to seal a key while Secure Boot is off. Default false.
	CheckSecurebootStatusOnEnroll *bool `yaml:"checkSecurebootStatusOnEnroll,omitempty"`
}

// EncryptionKey is one key, by exactly one method.
type EncryptionKey struct {
	// A passphrase in this config: protects little more than the disk alone.
	Static *EncryptionKeyStatic `yaml:"static,omitempty"`
	// A key derived from the machine. It protects a disk that is taken away alone.
	NodeID *EncryptionKeyNodeID `yaml:"nodeID,omitempty"`
	// Sealed by a key service on the network.
	KMS *EncryptionKeyKMS `yaml:"kms,omitempty"`
	// Key slot of LUKS2, which has 32, unique among the keys.
	Slot int `yaml:"slot,omitempty" range:"0..31"`
	// Sealed by the TPM to this machine's boot state.
	TPM *EncryptionKeyTPM `yaml:"tpm,omitempty"`
}

// EncryptionConfig is how a partition is encrypted.
type EncryptionConfig struct {
	// Format of the encryption. luks2 is the only one.
	Provider string `yaml:"provider,omitempty"`
	// Keys, of which any opens the volume.
	Keys []EncryptionKey `yaml:"keys,omitempty"`
	// Cipher of the data. Default aes-xts-plain64.
	Cipher string `yaml:"cipher,omitempty"`
	// Size of the key in bits. Default 0: that of the cipher.
	KeySize uint `yaml:"keySize,omitempty"`
	// Size of an encrypted block in bytes. Default 0: that of the disk.
	BlockSize uint64 `yaml:"blockSize,omitempty"`
	// Performance options such as no_read_workqueue.
	Options []string `yaml:"options,omitempty"`
}

// SystemDiskEncryptionConfig encrypts partitions of the system. It takes effect when
// they are made.
type SystemDiskEncryptionConfig struct {
	// The partition with config and identity.
	State *EncryptionConfig `yaml:"state,omitempty"`
	// The partition at /var.
	Ephemeral *EncryptionConfig `yaml:"ephemeral,omitempty"`
}
