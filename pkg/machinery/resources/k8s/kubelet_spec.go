package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KubeletSpec struct {
	Image                    string         `yaml:"image" protobuf:"1"`
	Args                     []string       `yaml:"args,omitempty" protobuf:"2"`
	ExtraMounts              []Mount        `yaml:"extraMounts,omitempty" protobuf:"3"`
	ExpectedNodename         string         `yaml:"expectedNodename,omitempty" protobuf:"4"`
	Config                   map[string]any `yaml:"config" protobuf:"5"`
	CredentialProviderConfig map[string]any `yaml:"credentialProviderConfig,omitempty" protobuf:"6"`
}

var KubeletSpecs = resource.Define[KubeletSpec](Kinds, resource.Definition{
	Type: "KubeletSpecs.kubernetes.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
