package etcd

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// PKIStatusSpec says that certificates and keys are on disk, and of which version of the secrets.
type PKIStatusSpec struct {
	Ready   bool   `yaml:"ready" protobuf:"1"`
	Version string `yaml:"version" protobuf:"2"`
}

// PKIStatuses has one resource, PKIID.
var PKIStatuses = resource.Define[PKIStatusSpec](Kinds, resource.Definition{
	Type: "PKIStatuses.etcd.talos.dev", Namespace: "etcd",
	Columns: []resource.Column{{Name: "Ready", JSONPath: "{.ready}"}, {Name: "Secrets Version", JSONPath: "{.version}"}},
})
