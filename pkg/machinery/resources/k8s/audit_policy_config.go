package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// AuditPolicyConfigSpec is the API server's audit policy, as a tree.
type AuditPolicyConfigSpec struct {
	Config map[string]any `yaml:"config" protobuf:"1"`
}

// AuditPolicyConfigs has one resource, AuditPolicyConfigID.
var AuditPolicyConfigs = resource.Define[AuditPolicyConfigSpec](Kinds, resource.Definition{
	Type: "AuditPolicyConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
