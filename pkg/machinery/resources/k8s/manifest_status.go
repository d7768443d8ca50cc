package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type ManifestStatusSpec struct {
	ManifestsApplied []string `yaml:"manifestsApplied" protobuf:"1"`
}

var ManifestStatuses = resource.Define[ManifestStatusSpec](Kinds, resource.Definition{
	Type: "ManifestStatuses.kubernetes.talos.dev", Namespace: "controlplane",
})
