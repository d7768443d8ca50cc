package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MountRequestSpec asks for a volume to be mounted, on behalf of everybody in Requesters: requests
// of several parties for the same volume are folded into one. It is writable as soon as one of them
// needs that.
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

// MountRequests have the volume's ID. Written from VolumeMountRequests.
var MountRequests = resource.Define[MountRequestSpec](Kinds, resource.Definition{
	Type: "MountRequests.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Volume", JSONPath: "{.volumeID}"}, {Name: "Parent", JSONPath: "{.parentID}"}, {Name: "Requesters", JSONPath: "{.requesters}"}},
})
