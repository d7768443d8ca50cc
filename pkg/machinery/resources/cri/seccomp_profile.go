package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type SeccompProfileSpec struct {
	Name  string         `yaml:"name" protobuf:"1"`
	Value map[string]any `yaml:"value" protobuf:"2"`
}

var SeccompProfiles = resource.Define[SeccompProfileSpec](Kinds, resource.Definition{
	Type: "SeccompProfiles.cri.talos.dev", Namespace: "cri",
})
