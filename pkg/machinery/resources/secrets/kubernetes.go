package secrets

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubernetesCertsSpec are kubeconfigs, each with its certificate, for components on this node and
// for administrators.
type KubernetesCertsSpec struct {
	SchedulerKubeconfig         string `yaml:"schedulerKubeconfig" protobuf:"4"`
	ControllerManagerKubeconfig string `yaml:"controllerManagerKubeconfig" protobuf:"5"`
	LocalhostAdminKubeconfig    string `yaml:"localhostAdminKubeconfig" protobuf:"6"`
	AdminKubeconfig             string `yaml:"adminKubeconfig" protobuf:"7"`
}

// KubernetesSecrets has one resource, KubernetesID, on control plane nodes.
var KubernetesSecrets = resource.Define[KubernetesCertsSpec](Kinds, resource.Definition{
	Type: "KubernetesSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
