package k8s

// Mount is a mount in the form of the OCI runtime specification.
type Mount struct {
	Destination string           `yaml:"destination" protobuf:"1"`
	Type        string           `yaml:"type,omitempty" protobuf:"2"`
	Source      string           `yaml:"source,omitempty" protobuf:"3"`
	Options     []string         `yaml:"options,omitempty" protobuf:"4"`
	UIDMappings []LinuxIDMapping `yaml:"uidMappings,omitempty" protobuf:"5"`
	GIDMappings []LinuxIDMapping `yaml:"gidMappings,omitempty" protobuf:"6"`
}

// LinuxIDMapping maps a range of user or group ids of a mount.
type LinuxIDMapping struct {
	ContainerID uint32 `yaml:"containerID" protobuf:"1"`
	HostID      uint32 `yaml:"hostID" protobuf:"2"`
	Size        uint32 `yaml:"size" protobuf:"3"`
}
