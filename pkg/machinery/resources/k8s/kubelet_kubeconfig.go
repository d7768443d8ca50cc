package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletKubeconfigSpec has the hash of the kubelet's kubeconfig file: it changes when the file
// does.
type KubeletKubeconfigSpec struct {
	Hash string `yaml:"hash" protobuf:"1"`
}

// KubeletKubeconfigs has one resource, KubeletID, once the kubelet has its credentials.
var KubeletKubeconfigs = resource.Define[KubeletKubeconfigSpec](Kinds, resource.Definition{
	Type: "KubeletKubeconfigs.kubernetes.talos.dev", Namespace: "k8s",
	Columns: []resource.Column{{Name: "Hash", JSONPath: "{.hash}"}},
})
