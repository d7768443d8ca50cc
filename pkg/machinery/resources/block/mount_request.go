package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MountRequestSpec struct {
	VolumeID          string   `yaml:"volumeID" protobuf:"1"`
	ParentMountID     string   `yaml:"parentID" protobuf:"2"`
	ReadOnly          bool     `yaml:"readOnly" protobuf:"5"`
	Detached          bool     `yaml:"detached" protobuf:"6"`
	DisableAccessTime bool     `yaml:"disableAccessTime,omitempty" protobuf:"7"`
	Secure            bool     `yaml:"secure,omitempty" protobuf:"8"`
	NoExec            bool     `yaml:"noExec,omitempty" protobuf:"9"`
	Requesters        []string `yaml:"requesters" protobuf:"3"`
	RequesterIDs      []string `yaml:"requesterIDs" protobuf:"4"`
}

var MountRequests = resource.Define[MountRequestSpec](Kinds, resource.Definition{
	Type: "MountRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Volume", JSONPath: "{.volumeID}"}, {Name: "Parent", JSONPath: "{.parentID}"}, {Name: "Requesters", JSONPath: "{.requesters}"}},
})
