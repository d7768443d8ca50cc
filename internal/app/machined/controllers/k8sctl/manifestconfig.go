package k8sctl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"strconv"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// BootstrapManifestsConfig takes from the config what the cluster's own manifests
// are made of.
func BootstrapManifestsConfig() controller.Controller {
	type view struct {
		cfg     *config.Config
		hostDNS *network.HostDNSConfigSpec
	}

	return controller.Derive[view]{
		Name: "k8s.ControlPlaneBootstrapManifestsController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(),
			network.HostDNSConfigs.Weak(idOf(network.HostDNSConfigID)),
		),
		Outputs: controller.Out(k8s.BootstrapManifestsConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.cfg, err = activeConfig(ctx, r); err != nil {
				return v, err
			}

			v.hostDNS, err = find(ctx, r, network.HostDNSConfigs, network.HostDNSConfigID)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.cfg == nil || v.cfg.Effective().Machine.Type != v1alpha1.TypeControlPlane {
				return nil, nil
			}

			spec, err := bootstrapManifests(v.cfg.Effective())
			if err != nil {
				return nil, err
			}

			return []controller.Item{controller.Want(k8s.BootstrapManifestsConfigs, k8s.BootstrapManifestsConfigID, spec)}, nil
		},
	}.Build()
}

func bootstrapManifests(c *v1alpha1.Config) (k8s.BootstrapManifestsConfigSpec, error) {
	server := c.Cluster.ControlPlane.Endpoint.String()
	if prism := c.Machine.Features.KubePrism; *prism.Enabled {
		server = "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(prism.Port))
	}

	cni := c.Cluster.Network.CNI
	f := c.Folded.Flannel

	spec := k8s.BootstrapManifestsConfigSpec{
		Server:        server,
		ClusterDomain: c.Cluster.Network.DNSDomain,
		PodCIDRs:      c.Cluster.Network.PodSubnets,

		ProxyEnabled:   !*c.Cluster.Proxy.Disabled,
		ProxyImage:     c.Cluster.Proxy.Image,
		ProxyResources: k8s.Resources{Requests: quantities(c.Folded.ProxyResources.Requests), Limits: quantities(c.Folded.ProxyResources.Limits)},

		CoreDNSEnabled: !*c.Cluster.CoreDNS.Disabled,
		CoreDNSImage:   c.Cluster.CoreDNS.Image,

		CNIName:                           cni.Name,
		FlannelEnabled:                    cni.Name == v1alpha1.CNIFlannel,
		FlannelImage:                      v1alpha1.DefaultFlannelImage,
		FlannelExtraArgs:                  cni.Flannel.ExtraArgs,
		FlannelKubeNetworkPoliciesEnabled: *cni.Flannel.KubeNetworkPoliciesEnabled,
		FlannelKubeNetworkPoliciesImage:   v1alpha1.KubeNetworkPoliciesImage,
		FlannelBackendType:                f.Type,
		FlannelBackendPort:                uint32(f.Port),
		FlannelBackendMTU:                 f.MTU,
		FlannelBackendExtraConfig:         plain(f.Extra),
		FlannelResources:                  k8s.Resources{Requests: quantities(f.Resources.Requests), Limits: quantities(f.Resources.Limits)},

		TalosAPIServiceEnabled: *c.Machine.Features.KubernetesTalosAPIAccess.Enabled,
	}

	for _, ip := range c.Machine.Kubelet.ClusterDNS {
		if strings.Contains(ip, ":") {
			spec.DNSServiceIPv6 = ip
		} else {
			spec.DNSServiceIP = ip
		}
	}

	// Flannel starts before there is a service network, so it cannot use the
	// service's address.
	if *c.Machine.Features.KubePrism.Enabled {
		spec.FlannelKubeServiceHost, spec.FlannelKubeServicePort = "127.0.0.1", strconv.Itoa(c.Machine.Features.KubePrism.Port)
	} else {
		spec.FlannelKubeServiceHost = c.Cluster.ControlPlane.Endpoint.Hostname()
		if spec.FlannelKubeServicePort = c.Cluster.ControlPlane.Endpoint.Port(); spec.FlannelKubeServicePort == "" {
			spec.FlannelKubeServicePort = "443"
		}
	}

	if spec.ProxyEnabled {
		spec.ProxyConfig = proxyConfig(c)
		spec.ProxyArgs = argList(argValues(c.Cluster.Proxy.ExtraArgs))

		// A changed config map restarts nothing by itself; an annotation does.
		text, err := yaml.Marshal(spec.ProxyConfig)
		if err != nil {
			return spec, err
		}

		sum := sha256.Sum256(text)
		spec.ProxyConfigChecksum = hex.EncodeToString(sum[:])
	}

	return spec, nil
}

func proxyConfig(c *v1alpha1.Config) map[string]any {
	out := map[string]any{
		"apiVersion":       "kubeproxy.config.k8s.io/v1alpha1",
		"kind":             "KubeProxyConfiguration",
		"mode":             c.Cluster.Proxy.Mode,
		"clusterCIDR":      strings.Join(c.Cluster.Network.PodSubnets, ","),
		"clientConnection": map[string]any{"kubeconfig": "/etc/kubernetes/kubeconfig"},
		// Left as the kernel has them. Their files are not there before the first
		// rule makes the kernel load its module, and kube-proxy, which wants to
		// write them before it writes rules, would fail and be started over.
		"conntrack": map[string]any{"maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
	}

	for k, v := range c.Folded.ProxyConfig {
		out[k] = v
	}

	return out
}

// ExtraManifestsConfig takes the user's own manifests from the config. They are
// applied after the cluster's, network first.
func ExtraManifestsConfig() controller.Controller {
	return forControlPlane("k8s.ControlPlaneExtraManifestsController", k8s.ExtraManifestsConfigs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			spec := k8s.ExtraManifestsConfigSpec{ExtraManifests: []k8s.ExtraManifest{}}

			if c.Cluster.Network.CNI.Name == v1alpha1.CNICustom {
				for _, url := range c.Cluster.Network.CNI.URLs {
					spec.ExtraManifests = append(spec.ExtraManifests, k8s.ExtraManifest{Name: url, URL: url, Priority: "05"})
				}
			}

			for _, m := range c.Folded.ExternalManifests {
				spec.ExtraManifests = append(spec.ExtraManifests, k8s.ExtraManifest{
					Name: m.Name, URL: m.URL, Priority: "99", ExtraHeaders: m.Headers,
				})
			}

			for _, m := range c.Cluster.InlineManifests {
				spec.ExtraManifests = append(spec.ExtraManifests, k8s.ExtraManifest{
					Name: m.Name, Priority: "99", InlineManifest: m.Contents,
				})
			}

			return []controller.Item{controller.Want(k8s.ExtraManifestsConfigs, k8s.ExtraManifestsConfigID, spec)}, nil
		})
}
