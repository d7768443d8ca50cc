package k8s

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// APIServerConfigSpec is how the API server runs. Args are complete only under
// FinalAPIServerConfigID.
type APIServerConfigSpec struct {
	Image                   string               `yaml:"image" protobuf:"1"`
	CloudProvider           string               `yaml:"cloudProvider" protobuf:"2"`
	ControlPlaneEndpoint    string               `yaml:"controlPlaneEndpoint" protobuf:"3"`
	EtcdServers             []string             `yaml:"etcdServers" protobuf:"4"`
	LocalPort               int                  `yaml:"localPort" protobuf:"5"`
	ServiceCIDRs            []string             `yaml:"serviceCIDR" protobuf:"6"`
	ExtraArgs               map[string]ArgValues `yaml:"extraArgs" protobuf:"13"`
	Args                    []string             `yaml:"args,omitempty" protobuf:"16"`
	ExtraVolumes            []ExtraVolume        `yaml:"extraVolumes" protobuf:"8"`
	EnvironmentVariables    map[string]string    `yaml:"environmentVariables" protobuf:"9"`
	AdvertisedAddress       string               `yaml:"advertisedAddress" protobuf:"11"`
	Resources               Resources            `yaml:"resources" protobuf:"12"`
	StartupProbesEnabled    bool                 `yaml:"startupProbesEnabled" protobuf:"14"`
	UseAuthenticationConfig bool                 `yaml:"useAuthenticationConfig" protobuf:"15"`
}

// ArgValues are the values of a flag that may be given several times.
type ArgValues struct {
	Values []string `yaml:"values" protobuf:"1"`
}

// ExtraVolume is a host directory that a control plane pod sees.
type ExtraVolume struct {
	Name      string `yaml:"name" protobuf:"1"`
	HostPath  string `yaml:"hostPath" protobuf:"2"`
	MountPath string `yaml:"mountPath" protobuf:"3"`
	ReadOnly  bool   `yaml:"readonly" protobuf:"4"`
}

// Resources are requests and limits in Kubernetes' notation.
type Resources struct {
	Requests map[string]string `yaml:"requests" protobuf:"1"`
	Limits   map[string]string `yaml:"limits" protobuf:"2"`
}

// APIServerConfigs are what the machine config says (APIServerConfigID), and that with everything
// the node adds (FinalAPIServerConfigID), which the pod is made of.
var APIServerConfigs = resource.Define[APIServerConfigSpec](Kinds, resource.Definition{
	Type: "APIServerConfigs.kubernetes.talos.dev", Namespace: "controlplane",
	Sensitive: true,
})
