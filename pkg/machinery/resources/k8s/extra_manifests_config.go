package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ExtraManifestsConfigSpec lists manifests besides the node's own.
type ExtraManifestsConfigSpec struct {
	ExtraManifests []ExtraManifest `yaml:"extraManifests" protobuf:"1"`
}

// ExtraManifest is fetched from URL, or is the inline text. Those of a lower Priority are applied
// first; it sorts as text.
type ExtraManifest struct {
	Name           string            `yaml:"name" protobuf:"1"`
	URL            string            `yaml:"url" protobuf:"2"`
	Priority       string            `yaml:"priority" protobuf:"3"`
	ExtraHeaders   map[string]string `yaml:"extraHeaders" protobuf:"4"`
	InlineManifest string            `yaml:"inlineManifest" protobuf:"5"`
}

// ExtraManifestsConfigs has one resource, ExtraManifestsConfigID.
var ExtraManifestsConfigs = resource.Define[ExtraManifestsConfigSpec](Kinds, resource.Definition{
	Type: "ExtraManifestsConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
