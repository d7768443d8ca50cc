package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type NodenameSpec struct {
	Nodename             string `yaml:"nodename" protobuf:"1"`
	HostnameVersion      string `yaml:"hostnameVersion" protobuf:"2"`
	SkipNodeRegistration bool   `yaml:"skipNodeRegistration" protobuf:"3"`
}

var Nodenames = resource.Define[NodenameSpec](Kinds, resource.Definition{
	Type: "Nodenames.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Nodename", JSONPath: "{.nodename}"}},
})
