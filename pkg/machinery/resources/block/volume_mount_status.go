package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeMountStatusSpec answers one VolumeMountRequest: the volume is mounted at Target. A
// finalizer on it keeps it so.
type VolumeMountStatusSpec struct {
	VolumeID          string `yaml:"volumeID" protobuf:"1"`
	Requester         string `yaml:"requester" protobuf:"2"`
	Target            string `yaml:"target" protobuf:"3"`
	ReadOnly          bool   `yaml:"readOnly" protobuf:"4"`
	Detached          bool   `yaml:"detached" protobuf:"5"`
	DisableAccessTime bool   `yaml:"disableAccessTime" protobuf:"6"`
	Secure            bool   `yaml:"secure" protobuf:"7"`
	NoExec            bool   `yaml:"noExec" protobuf:"8"`
}

// VolumeMountStatuses have the ID of the request.
var VolumeMountStatuses = resource.Define[VolumeMountStatusSpec](Kinds, resource.Definition{
	Type: "VolumeMountStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Volume ID", JSONPath: "{.volumeID}"}, {Name: "Requester", JSONPath: "{.requester}"}, {Name: "Target", JSONPath: "{.target}"}},
})
