package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubeletConfigSpec is what the machine config says about the kubelet. RegisterWithTaints maps keys
// to "value:effect".
type KubeletConfigSpec struct {
	Image                        string               `yaml:"image" protobuf:"1"`
	ClusterDNS                   []string             `yaml:"clusterDNS" protobuf:"2"`
	ClusterDomain                string               `yaml:"clusterDomain" protobuf:"3"`
	ExtraArgs                    map[string]ArgValues `yaml:"extraArgs,omitempty" protobuf:"15"`
	ExtraMounts                  []Mount              `yaml:"extraMounts,omitempty" protobuf:"5"`
	ExtraConfig                  map[string]any       `yaml:"extraConfig,omitempty" protobuf:"6"`
	CloudProviderExternal        bool                 `yaml:"cloudProviderExternal" protobuf:"7"`
	DefaultRuntimeSeccompEnabled bool                 `yaml:"defaultRuntimeSeccompEnabled" protobuf:"8"`
	SkipNodeRegistration         bool                 `yaml:"skipNodeRegistration" protobuf:"9"`
	StaticPodListURL             string               `yaml:"staticPodListURL" protobuf:"10"`
	DisableManifestsDirectory    bool                 `yaml:"disableManifestsDirectory" protobuf:"11"`
	EnableFSQuotaMonitoring      bool                 `yaml:"enableFSQuotaMonitoring" protobuf:"12"`
	CredentialProviderConfig     map[string]any       `yaml:"credentialProviderConfig,omitempty" protobuf:"13"`
	RegisterWithTaints           map[string]string    `yaml:"registerWithTaints,omitempty" protobuf:"16"`
}

// KubeletConfigs has one resource, KubeletID.
var KubeletConfigs = resource.Define[KubeletConfigSpec](Kinds, resource.Definition{
	Type: "KubeletConfigs.kubernetes.talos.dev", Namespace: "k8s",
	Sensitive: true,
})
