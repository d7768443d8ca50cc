package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type AuditPolicyConfigSpec struct {
	Config map[string]any `yaml:"config" protobuf:"1"`
}

var AuditPolicyConfigs = resource.Define[AuditPolicyConfigSpec](Kinds, resource.Definition{
	Type: "AuditPolicyConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
