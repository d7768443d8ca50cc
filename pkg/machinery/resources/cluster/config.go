package cluster

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ConfigSpec says where nodes announce themselves. ServiceEncryptionKey keeps the service from
// reading what they say.
type ConfigSpec struct {
	DiscoveryEnabled          bool              `yaml:"discoveryEnabled" protobuf:"1"`
	RegistryKubernetesEnabled bool              `yaml:"registryKubernetesEnabled" protobuf:"2"`
	RegistryServiceEnabled    bool              `yaml:"registryServiceEnabled" protobuf:"3"`
	ServiceEndpoint           string            `yaml:"serviceEndpoint" protobuf:"4"`
	ServiceEndpointInsecure   bool              `yaml:"serviceEndpointInsecure,omitempty" protobuf:"5"`
	ServiceEncryptionKey      []byte            `yaml:"serviceEncryptionKey" protobuf:"6"`
	ServiceClusterID          string            `yaml:"serviceClusterID" protobuf:"7"`
	ServiceEndpoints          []ServiceEndpoint `yaml:"serviceEndpoints" protobuf:"8"`
}

// ServiceEndpoint is a discovery service, as host and port.
type ServiceEndpoint struct {
	Name     string `yaml:"name" protobuf:"1"`
	Endpoint string `yaml:"endpoint" protobuf:"2"`
	Insecure bool   `yaml:"insecure" protobuf:"3"`
}

// DiscoveryConfigs has one resource, ConfigID, written from the machine config.
var DiscoveryConfigs = resource.Define[ConfigSpec](Kinds, resource.Definition{
	Type: "DiscoveryConfigs.cluster.talos.dev", Namespace: "config",
	Sensitive: true,
})
