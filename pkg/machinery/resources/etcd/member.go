package etcd

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// MemberSpec is this node's membership. MemberID has 16 hexadecimal digits.
type MemberSpec struct {
	MemberID string `yaml:"memberID" protobuf:"1"`
}

// EtcdMembers has one resource, LocalMemberID, while etcd runs.
var EtcdMembers = resource.Define[MemberSpec](Kinds, resource.Definition{
	Type: "EtcdMembers.etcd.talos.dev", Namespace: "etcd",
	Columns: []resource.Column{{Name: "Member ID", JSONPath: "{.memberID}"}},
})
