package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// EtcdEncryptionConfigSpec is the API server's EncryptionConfiguration, as YAML.
type EtcdEncryptionConfigSpec struct {
	Configuration string `yaml:"configuration" protobuf:"1"`
}

// EtcdEncryptionConfigs has one resource, EtcdEncryptionConfigID.
var EtcdEncryptionConfigs = resource.Define[EtcdEncryptionConfigSpec](Kinds, resource.Definition{
	Type: "EtcdEncryptionConfigs.kubernetes.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
