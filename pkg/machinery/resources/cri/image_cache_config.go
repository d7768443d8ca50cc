package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ImageCacheConfigSpec has the directories that images are served from before any registry is
// asked.
type ImageCacheConfigSpec struct {
	Status     ImageCacheStatus     `yaml:"status" protobuf:"1"`
	CopyStatus ImageCacheCopyStatus `yaml:"copyStatus" protobuf:"3"`
	Roots      []string             `yaml:"roots" protobuf:"2"`
}

// ImageCacheConfigs has one resource, ImageCacheConfigID.
var ImageCacheConfigs = resource.Define[ImageCacheConfigSpec](Kinds, resource.Definition{
	Type: "ImageCacheConfigs.cri.talos.dev", Namespace: "cri",
	Columns: []resource.Column{{Name: "Status", JSONPath: "{.status}"}, {Name: "CopyStatus", JSONPath: "{.copyStatus}"}, {Name: "Roots", JSONPath: "{.roots}"}},
})
