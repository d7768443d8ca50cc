// Package k8sctl turns the machine config into a running Kubernetes node: the
// kubelet's settings and files, the control plane's static pods with their
// secrets and configs, the manifests a cluster needs to work at all, and what
// the node says about itself (labels, taints, cordon) and hears from the cluster
// (statuses, endpoints).
//
// The kubelet's process and its files belong to machined's services, which follow
// KubeletSpecs. Certificates come from secretsctl, etcd from etcdctl.
package k8sctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Deps are what the controllers need besides state. Zero values work.
type Deps struct {
	// Lock is the cluster-wide lock under which manifests are applied; by
	// default one of etcd's.
	Lock Locker
	// Root is put before every path, for tests.
	Root string
}

// Controllers lists the package's controllers.
func Controllers(d Deps) []controller.Controller {
	return []controller.Controller{
		// From the config.
		APIServerConfig(), ControllerManagerConfig(), SchedulerConfig(),
		AdmissionControl(), AuditPolicy(), Authentication(), Authorization(),
		BootstrapManifestsConfig(), ExtraManifestsConfig(), EtcdEncryption(),
		FinalAPIServer(), FinalControllerManager(), FinalScheduler(),
		// To files and pods.
		RenderSecrets(d), RenderConfigs(d), ControlPlanePods(), ConfigPods(), StaticPodFiles(d), StaticPodStatus(d),
		// The kubelet.
		KubeletConfig(), KubeletSpec(), KubeletStatus(), KubeletKubeconfig(d),
		// The node.
		Nodename(), NodeIPConfig(), NodeIP(), AddressFilter(),
		NodeLabels(), NodeTaints(), NodeAnnotations(), NodeCordoned(), NodeApply(d), NodeStatus(d),
		// The cluster.
		Manifests(), ExtraManifests(), ManifestApply(d),
		StaticEndpoint(), Endpoint(), KubePrismEndpoints(), KubePrismConfig(), KubePrism(),
	}
}

// Ids of services whose state is waited for.
const (
	serviceEtcd    = "etcd"
	serviceCRI     = "cri"
	serviceKubelet = "kubelet"
)

var idOf = kinds.ID

// find gives the spec of a running resource, nil when there is none.
func find[T any](ctx context.Context, r kinds.Reader, kind *kinds.Kind[T], id resource.ID) (*T, error) {
	res, err := kind.Find(ctx, r, id)
	if err != nil || res == nil || res.Metadata().Phase() != resource.PhaseRunning {
		return nil, err
	}

	return res.TypedSpec(), nil
}

func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	spec, err := find(ctx, r, machineconfig.MachineConfigs, machineconfig.Active)
	if err != nil || spec == nil {
		return nil, err
	}

	return spec.Config(), nil
}

func serviceUp(ctx context.Context, r cosi.Reader, id string) (bool, error) {
	svc, err := find(ctx, r, runtime.Services, id)
	if err != nil || svc == nil {
		return false, err
	}

	return svc.Running && svc.Healthy, nil
}

// fromConfig is a controller that takes one thing out of the config in force.
func fromConfig(name string, out cosi.Output, plan func(cfg *config.Config, c *v1alpha1.Config) ([]controller.Item, error)) controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    name,
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(out),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			c := cfg.Effective()
			if c.Machine.Type == "" {
				return nil, nil // documents before the machine has a role
			}

			return plan(cfg, c)
		},
	}.Build()
}

// forControlPlane is fromConfig for control plane nodes only.
func forControlPlane(name string, out cosi.Output, plan func(cfg *config.Config, c *v1alpha1.Config) ([]controller.Item, error)) controller.Controller {
	return fromConfig(name, out, func(cfg *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
		if c.Machine.Type != v1alpha1.TypeControlPlane {
			return nil, nil
		}

		return plan(cfg, c)
	})
}
