package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type KubeletLifecycleSpec struct {
}

var KubeletLifecycles = resource.Define[KubeletLifecycleSpec](Kinds, resource.Definition{
	Type: "KubeletLifecycles.kubernetes.talos.dev", Namespace: "k8s",
})
