package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// DiscoveryIdentityConfig is who the cluster is to discovery services.
type DiscoveryIdentityConfig struct {
	// Tells clusters apart; base64 of 32 random bytes.
	ClusterID string `yaml:"clusterID,omitempty" required:"true"`
	// Encrypts what members tell each other.
	ClusterSecret string `yaml:"clusterSecret,omitempty" required:"true" secret:"true"`
}

// DiscoveryServiceConfig joins a discovery service, through which members find each
// other.
type DiscoveryServiceConfig struct {
	// Tells services apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// URL of the service. It sees encrypted data only.
	Endpoint value.URL `yaml:"endpoint,omitempty" required:"true" scheme:"https|http|grpc"`
}
