package cri

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ImageCacheConfigSpec struct {
	Status     ImageCacheStatus     `yaml:"status" protobuf:"1"`
	CopyStatus ImageCacheCopyStatus `yaml:"copyStatus" protobuf:"3"`
	Roots      []string             `yaml:"roots" protobuf:"2"`
}

var ImageCacheConfigs = resource.Define[ImageCacheConfigSpec](Kinds, resource.Definition{
	Type: "ImageCacheConfigs.cri.talos.dev", Namespace: "cri",
	Columns: []resource.Column{{Name: "Status", JSONPath: "{.status}"}, {Name: "CopyStatus", JSONPath: "{.copyStatus}"}, {Name: "Roots", JSONPath: "{.roots}"}},
})
