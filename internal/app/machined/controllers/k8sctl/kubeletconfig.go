package k8sctl

import (
	"slices"
	"strings"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

const (
	labelControlPlane = "node-role.kubernetes.io/control-plane"
	effectNoSchedule  = "NoSchedule"
)

// KubeletConfig takes the kubelet's settings from the config.
func KubeletConfig() controller.Controller {
	return fromConfig("k8s.KubeletConfigController", k8s.KubeletConfigs.Exclusive(), planKubeletConfig)
}

func planKubeletConfig(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
	if c.Cluster.ControlPlane.Endpoint.IsZero() || c.Cluster.CA == nil {
		return nil, nil // a machine that is in no Kubernetes cluster
	}

	return []controller.Item{controller.Want(k8s.KubeletConfigs, k8s.KubeletID, kubeletConfig(c))}, nil
}

func kubeletConfig(c *v1alpha1.Config) k8s.KubeletConfigSpec {
	k := c.Machine.Kubelet

	return k8s.KubeletConfigSpec{
		Image:                        k.Image,
		ClusterDNS:                   slices.Clone(k.ClusterDNS),
		ClusterDomain:                c.Cluster.Network.DNSDomain,
		ExtraArgs:                    argValues(k.ExtraArgs),
		ExtraMounts:                  mounts(k.ExtraMounts),
		ExtraConfig:                  plain(k.ExtraConfig),
		CloudProviderExternal:        cloudProvider(c) != "",
		DefaultRuntimeSeccompEnabled: *k.DefaultRuntimeSeccompProfileEnabled,
		SkipNodeRegistration:         *k.SkipNodeRegistration,
		DisableManifestsDirectory:    *k.DisableManifestsDirectory,
		EnableFSQuotaMonitoring:      *c.Machine.Features.DiskQuotaSupport,
		CredentialProviderConfig:     plain(k.CredentialProviderConfig),
		RegisterWithTaints:           taintTexts(c),
	}
}

// taintTexts are the node's taints in the config's form, "value:effect".
func taintTexts(c *v1alpha1.Config) map[string]string {
	out := map[string]string{}

	if c.Machine.Type == v1alpha1.TypeControlPlane && !*c.Cluster.AllowSchedulingOnControlPlanes {
		out[labelControlPlane] = ":" + effectNoSchedule
	}

	for key, v := range c.Machine.NodeTaints {
		out[key] = v
	}

	return out
}

// parseTaint reads "value:effect", "effect" and ":effect".
func parseTaint(text string) (value, effect string) {
	value, effect, ok := strings.Cut(text, ":")
	if !ok {
		return "", text
	}

	return value, effect
}

func mounts(list []v1alpha1.ExtraMount) []k8s.Mount {
	out := make([]k8s.Mount, 0, len(list))

	ids := func(in []v1alpha1.LinuxIDMapping) (out []k8s.LinuxIDMapping) {
		for _, m := range in {
			out = append(out, k8s.LinuxIDMapping(m))
		}

		return out
	}

	for _, m := range list {
		out = append(out, k8s.Mount{
			Destination: m.Destination, Type: m.Type, Source: m.Source, Options: slices.Clone(m.Options),
			UIDMappings: ids(m.UIDMappings), GIDMappings: ids(m.GIDMappings),
		})
	}

	return out
}
