package clusterctl

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/url"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// DiscoveryConfig says which registries nodes announce themselves to.
func DiscoveryConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "cluster.ConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(cluster.DiscoveryConfigs.Exclusive()),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			spec, err := discoveryConfig(cfg)
			if err != nil {
				return nil, err
			}

			return []controller.Item{controller.Want(cluster.DiscoveryConfigs, cluster.ConfigID, spec)}, nil
		},
	}.Build()
}

func discoveryConfig(cfg *config.Config) (cluster.ConfigSpec, error) {
	c := cfg.Effective().Cluster
	d := c.Discovery

	if !*d.Enabled {
		return cluster.ConfigSpec{}, nil
	}

	spec := cluster.ConfigSpec{
		DiscoveryEnabled:          true,
		RegistryKubernetesEnabled: !*d.Registries.Kubernetes.Disabled,
		RegistryServiceEnabled:    !*d.Registries.Service.Disabled,
	}

	if !spec.RegistryServiceEnabled {
		return spec, nil
	}

	u, err := url.Parse(d.Registries.Service.Endpoint)
	if err != nil {
		return spec, fmt.Errorf("discovery service endpoint: %w", err)
	}

	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "80", false: "443"}[u.Scheme == "http"]
	}

	spec.ServiceEndpoint = net.JoinHostPort(u.Hostname(), port)
	spec.ServiceEndpointInsecure = u.Scheme == "http"
	spec.ServiceClusterID = c.ID
	spec.ServiceEndpoints = []cluster.ServiceEndpoint{
		{Name: "default", Endpoint: spec.ServiceEndpoint, Insecure: spec.ServiceEndpointInsecure},
	}

	if spec.ServiceEncryptionKey, err = base64.StdEncoding.DecodeString(c.Secret); err != nil {
		return spec, fmt.Errorf("cluster.secret: %w", err)
	}

	return spec, nil
}
