package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletLifecycleSpec has no fields: that the resource is there is the message.
type KubeletLifecycleSpec struct {
}

// KubeletLifecycles has one resource, KubeletLifecycleID. A finalizer on it keeps the kubelet
// running while something depends on it.
var KubeletLifecycles = resource.Define[KubeletLifecycleSpec](Kinds, resource.Definition{
	Type: "KubeletLifecycles.kubernetes.talos.dev", Namespace: "k8s",
})
