package v1alpha1

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type DiskPartition struct {
	Size       value.DiskSize `yaml:"size,omitempty"`
	Mountpoint string         `yaml:"mountpoint,omitempty"`
}

type MachineDisk struct {
	Device     string          `yaml:"device,omitempty"`
	Partitions []DiskPartition `yaml:"partitions,omitempty"`
}

type InstallDiskSelector struct {
	Size     value.SizeMatcher `yaml:"size,omitempty"`
	Name     string            `yaml:"name,omitempty"`
	Model    string            `yaml:"model,omitempty"`
	Serial   string            `yaml:"serial,omitempty"`
	Modalias string            `yaml:"modalias,omitempty"`
	UUID     string            `yaml:"uuid,omitempty"`
	WWID     string            `yaml:"wwid,omitempty"`
	Type     string            `yaml:"type,omitempty"`
	BusPath  string            `yaml:"busPath,omitempty"`
}

type InstallExtensionConfig struct {
	Image string `yaml:"image,omitempty"`
}

type InstallConfig struct {
	Disk              string                   `yaml:"disk,omitempty"`
	DiskSelector      *InstallDiskSelector     `yaml:"diskSelector,omitempty"`
	ExtraKernelArgs   []string                 `yaml:"extraKernelArgs,omitempty"`
	Image             string                   `yaml:"image,omitempty"`
	Extensions        []InstallExtensionConfig `yaml:"extensions,omitempty"`
	Bootloader        *bool                    `yaml:"bootloader,omitempty"`
	Wipe              *bool                    `yaml:"wipe,omitempty"`
	LegacyBIOSSupport *bool                    `yaml:"legacyBIOSSupport,omitempty"`
	GrubUseUKICmdline *bool                    `yaml:"grubUseUKICmdline,omitempty"`
}

type EncryptionKeyStatic struct {
	Passphrase string `yaml:"passphrase,omitempty" secret:"true"`
}

type EncryptionKeyNodeID struct {
}

type EncryptionKeyKMS struct {
	Endpoint string `yaml:"endpoint,omitempty"`
}

type EncryptionKeyTPM struct {
	CheckSecurebootStatusOnEnroll *bool `yaml:"checkSecurebootStatusOnEnroll,omitempty"`
}

type EncryptionKey struct {
	Static *EncryptionKeyStatic `yaml:"static,omitempty"`
	NodeID *EncryptionKeyNodeID `yaml:"nodeID,omitempty"`
	KMS    *EncryptionKeyKMS    `yaml:"kms,omitempty"`
	Slot   int                  `yaml:"slot,omitempty"`
	TPM    *EncryptionKeyTPM    `yaml:"tpm,omitempty"`
}

type EncryptionConfig struct {
	Provider  string          `yaml:"provider,omitempty"`
	Keys      []EncryptionKey `yaml:"keys,omitempty"`
	Cipher    string          `yaml:"cipher,omitempty"`
	KeySize   uint            `yaml:"keySize,omitempty"`
	BlockSize uint64          `yaml:"blockSize,omitempty"`
	Options   []string        `yaml:"options,omitempty"`
}

type SystemDiskEncryptionConfig struct {
	State     *EncryptionConfig `yaml:"state,omitempty"`
	Ephemeral *EncryptionConfig `yaml:"ephemeral,omitempty"`
}
