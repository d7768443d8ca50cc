package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type DiscoveryIdentityConfig struct {
	ClusterID     string `yaml:"clusterID,omitempty" required:"true"`
	ClusterSecret string `yaml:"clusterSecret,omitempty" required:"true" secret:"true"`
}

type DiscoveryServiceConfig struct {
	Name     string    `yaml:"name,omitempty" required:"true"`
	Endpoint value.URL `yaml:"endpoint,omitempty" required:"true"`
}
