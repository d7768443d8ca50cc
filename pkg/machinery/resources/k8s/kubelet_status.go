package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletStatusSpec has the image that the running kubelet is of.
type KubeletStatusSpec struct {
	Image string `yaml:"image" protobuf:"1"`
}

// KubeletStatuses has one resource, KubeletID.
var KubeletStatuses = resource.Define[KubeletStatusSpec](Kinds, resource.Definition{
	Type: "KubeletStatuses.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Image", JSONPath: "{.image}"}},
})
