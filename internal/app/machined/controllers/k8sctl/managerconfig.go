package k8sctl

import (
	"context"
	"strconv"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// ControllerManagerConfig takes the controller manager's settings from the config.
func ControllerManagerConfig() controller.Controller {
	return forControlPlane("k8s.ControlPlaneControllerManagerController", k8s.ControllerManagerConfigs.Shared(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			return []controller.Item{controller.Want(k8s.ControllerManagerConfigs, k8s.ControllerManagerConfigID, managerConfig(c))}, nil
		})
}

func managerConfig(c *v1alpha1.Config) k8s.ControllerManagerConfigSpec {
	m := c.Cluster.ControllerManager

	return k8s.ControllerManagerConfigSpec{
		Enabled:              !*c.Machine.ControlPlane.ControllerManager.Disabled,
		Image:                m.Image,
		CloudProvider:        cloudProvider(c),
		PodCIDRs:             c.Cluster.Network.PodSubnets,
		ServiceCIDRs:         c.Cluster.Network.ServiceSubnets,
		ExtraArgs:            argValues(m.ExtraArgs),
		ExtraVolumes:         volumes(m.ExtraVolumes),
		EnvironmentVariables: m.Env,
		Resources:            resources(m.Resources, "50m", "256Mi"),
		NodeCIDRMaskSizeIPv4: c.Folded.NodeCIDRMaskSizeIPv4,
		NodeCIDRMaskSizeIPv6: c.Folded.NodeCIDRMaskSizeIPv6,
	}
}

// FinalControllerManager works the controller manager's command line out.
func FinalControllerManager() controller.Controller {
	return controller.Derive[*k8s.ControllerManagerConfigSpec]{
		Name:    "k8s.ControlPlaneControllerManagerFinalController",
		Inputs:  controller.In(k8s.ControllerManagerConfigs.Weak()),
		Outputs: controller.Out(k8s.ControllerManagerConfigs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*k8s.ControllerManagerConfigSpec, error) {
			return find(ctx, r, k8s.ControllerManagerConfigs, k8s.ControllerManagerConfigID)
		},
		Plan: func(c *k8s.ControllerManagerConfigSpec) ([]controller.Item, error) {
			if c == nil {
				return nil, nil
			}

			final := *c
			final.Args = managerArgs(final)

			return []controller.Item{controller.Want(k8s.ControllerManagerConfigs, k8s.FinalControllerManagerConfigID, final)}, nil
		},
	}.Build()
}

var managerPolicies = map[string]mergePolicy{
	"controllers":                      overwrite,
	"feature-gates":                    join,
	"root-ca-file":                     refuse,
	"kubeconfig":                       refuse,
	"authentication-kubeconfig":        refuse,
	"authorization-kubeconfig":         refuse,
	"cluster-signing-cert-file":        refuse,
	"cluster-signing-key-file":         refuse,
	"service-account-private-key-file": refuse,
}

func managerArgs(c k8s.ControllerManagerConfigSpec) []string {
	a := args{}

	kubeconfig := managerSecrets + "/kubeconfig"

	a.set("allocate-node-cidrs", "true")
	a.set("authentication-kubeconfig", kubeconfig)
	a.set("authorization-kubeconfig", kubeconfig)
	a.set("bind-address", "127.0.0.1")
	a.set("cluster-cidr", strings.Join(c.PodCIDRs, ","))
	a.set("cluster-signing-cert-file", managerSecrets+"/ca.crt")
	a.set("cluster-signing-key-file", managerSecrets+"/ca.key")
	a.set("configure-cloud-routes", "false")
	a.set("controllers", "*,tokencleaner")
	a.set("kubeconfig", kubeconfig)
	a.set("leader-elect", "true")
	a.set("profiling", "false")
	a.set("root-ca-file", managerSecrets+"/ca.crt")
	a.set("service-account-private-key-file", managerSecrets+"/service-account.key")
	a.set("service-cluster-ip-range", strings.Join(c.ServiceCIDRs, ","))
	a.set("tls-min-version", "VersionTLS13")
	a.set("use-service-account-credentials", "true")

	if c.CloudProvider != "" {
		a.set("cloud-provider", c.CloudProvider)
	}

	v4, v6 := false, false
	for _, cidr := range c.PodCIDRs {
		v6 = v6 || strings.Contains(cidr, ":")
		v4 = v4 || !strings.Contains(cidr, ":")
	}

	switch {
	case v4 && v6:
		a.set("node-cidr-mask-size-ipv4", strconv.Itoa(c.NodeCIDRMaskSizeIPv4))
		a.set("node-cidr-mask-size-ipv6", strconv.Itoa(c.NodeCIDRMaskSizeIPv6))
	case v6:
		a.set("node-cidr-mask-size", strconv.Itoa(c.NodeCIDRMaskSizeIPv6))
	default:
		a.set("node-cidr-mask-size", strconv.Itoa(c.NodeCIDRMaskSizeIPv4))
	}

	return argList(a.with(c.ExtraArgs, managerPolicies))
}

// SchedulerConfig takes the scheduler's settings from the config.
func SchedulerConfig() controller.Controller {
	return forControlPlane("k8s.ControlPlaneSchedulerController", k8s.SchedulerConfigs.Shared(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			return []controller.Item{controller.Want(k8s.SchedulerConfigs, k8s.SchedulerConfigID, schedulerConfig(c))}, nil
		})
}

func schedulerConfig(c *v1alpha1.Config) k8s.SchedulerConfigSpec {
	s := c.Cluster.Scheduler

	return k8s.SchedulerConfigSpec{
		Enabled:              !*c.Machine.ControlPlane.Scheduler.Disabled,
		Image:                s.Image,
		ExtraArgs:            argValues(s.ExtraArgs),
		Config:               plain(s.Config),
		ExtraVolumes:         volumes(s.ExtraVolumes),
		EnvironmentVariables: s.Env,
		Resources:            resources(s.Resources, "10m", "64Mi"),
	}
}

// FinalScheduler works the scheduler's command line out.
func FinalScheduler() controller.Controller {
	return controller.Derive[*k8s.SchedulerConfigSpec]{
		Name:    "k8s.ControlPlaneSchedulerFinalController",
		Inputs:  controller.In(k8s.SchedulerConfigs.Weak()),
		Outputs: controller.Out(k8s.SchedulerConfigs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*k8s.SchedulerConfigSpec, error) {
			return find(ctx, r, k8s.SchedulerConfigs, k8s.SchedulerConfigID)
		},
		Plan: func(c *k8s.SchedulerConfigSpec) ([]controller.Item, error) {
			if c == nil {
				return nil, nil
			}

			final := *c
			final.Args = schedulerArgs(final)

			return []controller.Item{controller.Want(k8s.SchedulerConfigs, k8s.FinalSchedulerConfigID, final)}, nil
		},
	}.Build()
}

var schedulerPolicies = map[string]mergePolicy{
	"feature-gates":             join,
	"config":                    refuse,
	"kubeconfig":                refuse,
	"authentication-kubeconfig": refuse,
	"authorization-kubeconfig":  refuse,
}

func schedulerArgs(c k8s.SchedulerConfigSpec) []string {
	a := args{}

	kubeconfig := schedulerSecrets + "/kubeconfig"

	a.set("authentication-kubeconfig", kubeconfig)
	a.set("authentication-tolerate-lookup-failure", "false")
	a.set("authorization-kubeconfig", kubeconfig)
	a.set("bind-address", "127.0.0.1")
	a.set("config", schedulerConfigs+"/scheduler-config.yaml")
	a.set("leader-elect", "true")
	a.set("profiling", "false")
	a.set("tls-min-version", "VersionTLS13")

	return argList(a.with(c.ExtraArgs, schedulerPolicies))
}

// schedulerConfigFile is what the scheduler reads: the configured one, connected
// to this node's API server.
func schedulerConfigFile(c map[string]any) map[string]any {
	out := map[string]any{
		"apiVersion": "kubescheduler.config.k8s.io/v1",
		"kind":       "KubeSchedulerConfiguration",
	}

	for k, v := range c {
		out[k] = v
	}

	connection := map[string]any{}
	if c, ok := out["clientConnection"].(map[string]any); ok {
		for k, v := range c {
			connection[k] = v
		}
	}

	connection["kubeconfig"] = schedulerSecrets + "/kubeconfig"
	out["clientConnection"] = connection

	return out
}
