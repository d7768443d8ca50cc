package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ManifestStatusSpec lists the manifests that were applied, in order.
type ManifestStatusSpec struct {
	ManifestsApplied []string `yaml:"manifestsApplied" protobuf:"1"`
}

// ManifestStatuses has one resource, ManifestStatusID.
var ManifestStatuses = resource.Define[ManifestStatusSpec](Kinds, resource.Definition{
	Type: "ManifestStatuses.kubernetes.talos.dev", Namespace: "controlplane",
})
