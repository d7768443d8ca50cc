package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// NodenameSpec is the name that the node has in Kubernetes, derived from HostnameVersion of the
// host name.
type NodenameSpec struct {
	Nodename             string `yaml:"nodename" protobuf:"1"`
	HostnameVersion      string `yaml:"hostnameVersion" protobuf:"2"`
	SkipNodeRegistration bool   `yaml:"skipNodeRegistration" protobuf:"3"`
}

// Nodenames has one resource, NodenameID.
var Nodenames = resource.Define[NodenameSpec](Kinds, resource.Definition{
	Type: "Nodenames.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Nodename", JSONPath: "{.nodename}"}},
})
