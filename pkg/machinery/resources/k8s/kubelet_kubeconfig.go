package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KubeletKubeconfigSpec struct {
	Hash string `yaml:"hash" protobuf:"1"`
}

var KubeletKubeconfigs = resource.Define[KubeletKubeconfigSpec](Kinds, resource.Definition{
	Type: "KubeletKubeconfigs.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Hash", JSONPath: "{.hash}"}},
})
