package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ManifestSpec are objects to apply, from one file.
type ManifestSpec struct {
	Items []SingleManifest `yaml:"items" protobuf:"1"`
}

// SingleManifest is a Kubernetes object as a tree.
type SingleManifest struct {
	Object map[string]any `yaml:",inline" protobuf:"1"`
}

// Manifests have names that sort in the order of application, such as "05-flannel".
var Manifests = resource.Define[ManifestSpec](Kinds, resource.Definition{
	Type: "Manifests.kubernetes.talos.dev", Namespace: "controlplane",
})
