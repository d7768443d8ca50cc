package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ManifestSpec struct {
	Items []SingleManifest `yaml:"items" protobuf:"1"`
}

type SingleManifest struct {
	Object map[string]any `yaml:",inline" protobuf:"1"`
}

var Manifests = resource.Define[ManifestSpec](Kinds, resource.Definition{
	Type: "Manifests.kubernetes.talos.dev", Namespace: "controlplane",
})
