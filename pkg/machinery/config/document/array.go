package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type LVMLogicalVolumeConfig struct {
	Name         string                           `yaml:"name,omitempty"`
	Type         string                           `yaml:"type,omitempty" enum:"linear|raid1|raid0|raid10"`
	Mirrors      uint32                           `yaml:"mirrors,omitempty"`
	Stripes      uint32                           `yaml:"stripes,omitempty"`
	Provisioning LVMLogicalVolumeProvisioningSpec `yaml:"provisioning,omitempty"`
}

type LVMLogicalVolumeProvisioningSpec struct {
	VolumeGroup string         `yaml:"volumeGroup,omitempty"`
	MinSize     value.ByteSize `yaml:"minSize,omitempty"`
	MaxSize     value.Size     `yaml:"maxSize,omitempty"`
}

type LVMVolumeGroupConfig struct {
	Name         string                         `yaml:"name,omitempty"`
	Provisioning LVMVolumeGroupProvisioningSpec `yaml:"provisioning,omitempty"`
}

type LVMVolumeSelectorSpec struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type LVMVolumeGroupProvisioningSpec struct {
	VolumeSelector LVMVolumeSelectorSpec `yaml:"volumeSelector,omitempty"`
}

type RAIDArrayConfig struct {
	Name         string               `yaml:"name,omitempty"`
	Level        string               `yaml:"level,omitempty" enum:"raid1"`
	Metadata     string               `yaml:"metadata,omitempty" enum:"1.0|1.2"`
	Provisioning RAIDProvisioningSpec `yaml:"provisioning,omitempty"`
}

type RAIDVolumeSelector struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type RAIDProvisioningSpec struct {
	VolumeSelector RAIDVolumeSelector `yaml:"volumeSelector,omitempty"`
}
