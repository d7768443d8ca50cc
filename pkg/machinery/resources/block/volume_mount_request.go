package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type VolumeMountRequestSpec struct {
	VolumeID          string `yaml:"volumeID" protobuf:"1"`
	Requester         string `yaml:"requester" protobuf:"2"`
	ReadOnly          bool   `yaml:"readOnly" protobuf:"3"`
	Detached          bool   `yaml:"detached" protobuf:"4"`
	DisableAccessTime bool   `yaml:"disableAccessTime" protobuf:"5"`
	Secure            bool   `yaml:"secure" protobuf:"6"`
	NoExec            bool   `yaml:"noExec" protobuf:"7"`
}

var VolumeMountRequests = resource.Define[VolumeMountRequestSpec](Kinds, resource.Definition{
	Type: "VolumeMountRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Volume ID", JSONPath: "{.volumeID}"}, {Name: "Requester", JSONPath: "{.requester}"}},
})
