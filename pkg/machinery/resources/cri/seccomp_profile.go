package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SeccompProfileSpec is a seccomp profile that pods can name; Value is its JSON as a tree.
type SeccompProfileSpec struct {
	Name  string         `yaml:"name" protobuf:"1"`
	Value map[string]any `yaml:"value" protobuf:"2"`
}

// SeccompProfiles have the profile's name as ID.
var SeccompProfiles = resource.Define[SeccompProfileSpec](Kinds, resource.Definition{
	Type: "SeccompProfiles.cri.talos.dev", Namespace: "cri",
})
