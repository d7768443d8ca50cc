package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// LVMLogicalVolumeConfig makes a logical volume in a volume group.
type LVMLogicalVolumeConfig struct {
	// Name of the logical volume, unique in its group.
	Name string `yaml:"name,omitempty"`
	// How data is laid out. Default linear.
	Type string `yaml:"type,omitempty" enum:"linear|raid1|raid0|raid10"`
	// Number of copies besides the first, for raid1 and raid10.
	Mirrors uint32 `yaml:"mirrors,omitempty"`
	// Number of disks data is spread over, for raid0 and raid10.
	Stripes uint32 `yaml:"stripes,omitempty"`
	// The group it is made in, and its size.
	Provisioning LVMLogicalVolumeProvisioningSpec `yaml:"provisioning,omitempty"`
}

// LVMLogicalVolumeProvisioningSpec is where and how large.
type LVMLogicalVolumeProvisioningSpec struct {
	// Name of the LVMVolumeGroupConfig it is made in.
	VolumeGroup string `yaml:"volumeGroup,omitempty"`
	// Smallest size, such as 10GiB. With less room in the group it is an error.
	MinSize value.ByteSize `yaml:"minSize,omitempty"`
	// The most, as a size or a percentage of the group.
	MaxSize value.Size `yaml:"maxSize,omitempty"`
}

// LVMVolumeGroupConfig makes an LVM volume group from volumes of the machine.
type LVMVolumeGroupConfig struct {
	// Name of the volume group.
	Name string `yaml:"name,omitempty"`
	// Which volumes belong to it.
	Provisioning LVMVolumeGroupProvisioningSpec `yaml:"provisioning,omitempty"`
}

// LVMVolumeSelectorSpec matches volumes.
type LVMVolumeSelectorSpec struct {
	// CEL expression on volume and disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// LVMVolumeGroupProvisioningSpec chooses physical volumes.
type LVMVolumeGroupProvisioningSpec struct {
	// Which disks and partitions become its physical volumes.
	VolumeSelector LVMVolumeSelectorSpec `yaml:"volumeSelector,omitempty"`
}

// RAIDArrayConfig makes a software RAID array.
type RAIDArrayConfig struct {
	// Name of the array.
	Name string `yaml:"name,omitempty"`
	// RAID level. raid1, which mirrors, is the only one.
	Level string `yaml:"level,omitempty" enum:"raid1"`
	// Where the array's description is on its members. Default 1.2.
	Metadata string `yaml:"metadata,omitempty" enum:"1.0|1.2"`
	// Which volumes belong to it.
	Provisioning RAIDProvisioningSpec `yaml:"provisioning,omitempty"`
}

// RAIDVolumeSelector matches volumes.
type RAIDVolumeSelector struct {
	// CEL expression on volume and disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// RAIDProvisioningSpec chooses members.
type RAIDProvisioningSpec struct {
	// Which disks and partitions are its members.
	VolumeSelector RAIDVolumeSelector `yaml:"volumeSelector,omitempty"`
}
