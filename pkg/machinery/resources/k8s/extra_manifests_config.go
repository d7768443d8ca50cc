package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ExtraManifestsConfigSpec struct {
	ExtraManifests []ExtraManifest `yaml:"extraManifests" protobuf:"1"`
}

type ExtraManifest struct {
	Name           string            `yaml:"name" protobuf:"1"`
	URL            string            `yaml:"url" protobuf:"2"`
	Priority       string            `yaml:"priority" protobuf:"3"`
	ExtraHeaders   map[string]string `yaml:"extraHeaders" protobuf:"4"`
	InlineManifest string            `yaml:"inlineManifest" protobuf:"5"`
}

var ExtraManifestsConfigs = resource.Define[ExtraManifestsConfigSpec](Kinds, resource.Definition{
	Type: "ExtraManifestsConfigs.kubernetes.talos.dev", Namespace: "controlplane",
})
