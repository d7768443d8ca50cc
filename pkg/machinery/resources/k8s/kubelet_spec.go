package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletSpec is how the kubelet runs: flags, and its configuration file as a tree.
// ExpectedNodename is the name it will register, if it is known before.
type KubeletSpec struct {
	Image                    string         `yaml:"image" protobuf:"1"`
	Args                     []string       `yaml:"args,omitempty" protobuf:"2"`
	ExtraMounts              []Mount        `yaml:"extraMounts,omitempty" protobuf:"3"`
	ExpectedNodename         string         `yaml:"expectedNodename,omitempty" protobuf:"4"`
	Config                   map[string]any `yaml:"config" protobuf:"5"`
	CredentialProviderConfig map[string]any `yaml:"credentialProviderConfig,omitempty" protobuf:"6"`
}

// KubeletSpecs has one resource, KubeletID. A change restarts the kubelet.
var KubeletSpecs = resource.Define[KubeletSpec](Kinds, resource.Definition{
	Type: "KubeletSpecs.kubernetes.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
