package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// VolumeMountRequestSpec is one party's wish to have a volume mounted.
type VolumeMountRequestSpec struct {
	VolumeID          string `yaml:"volumeID" protobuf:"1"`
	Requester         string `yaml:"requester" protobuf:"2"`
	ReadOnly          bool   `yaml:"readOnly" protobuf:"3"`
	Detached          bool   `yaml:"detached" protobuf:"4"`
	DisableAccessTime bool   `yaml:"disableAccessTime" protobuf:"5"`
	Secure            bool   `yaml:"secure" protobuf:"6"`
	NoExec            bool   `yaml:"noExec" protobuf:"7"`
}

// VolumeMountRequests have an ID their requester chooses, "system-" and the volume's for the node's
// own.
var VolumeMountRequests = resource.Define[VolumeMountRequestSpec](Kinds, resource.Definition{
	Type: "VolumeMountRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Volume ID", JSONPath: "{.volumeID}"}, {Name: "Requester", JSONPath: "{.requester}"}},
})
