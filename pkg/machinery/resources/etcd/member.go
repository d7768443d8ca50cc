package etcd

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type MemberSpec struct {
	MemberID string `yaml:"memberID" protobuf:"1"`
}

var EtcdMembers = resource.Define[MemberSpec](Kinds, resource.Definition{
	Type: "EtcdMembers.etcd.talos.dev", Namespace: "etcd",
	Columns: []resource.Column{{Name: "Member ID", JSONPath: "{.memberID}"}},
})
