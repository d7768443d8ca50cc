package k8sctl

import (
	"context"
	"log/slog"
	"net"
	"slices"
	"strconv"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/controllers/k8sctl/balance"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

type prismView struct {
	cfg     *config.Config
	members []cluster.MemberSpec
	servers []k8s.EndpointSpec
}

// KubePrismEndpoints lists every way to an API server: this node's own, the ones
// heard of, and the configured endpoint, which works before any is known.
func KubePrismEndpoints() controller.Controller {
	return controller.Derive[prismView]{
		Name: "k8s.KubePrismEndpointsController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(), cluster.Members.Weak(), k8s.Endpoints.Weak(),
		),
		Outputs: controller.Out(k8s.KubePrismEndpoints.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v prismView, err error) {
			if v.cfg, err = activeConfig(ctx, r); err != nil {
				return v, err
			}

			members, err := cluster.Members.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, m := range controller.Running(members) {
				v.members = append(v.members, *m.TypedSpec())
			}

			servers, err := k8s.Endpoints.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, s := range controller.Running(servers) {
				if s.ID() != k8s.ControlPlaneAPIServerEndpointsID { // the configured endpoint, which has its own port
					v.servers = append(v.servers, *s.TypedSpec())
				}
			}

			return v, nil
		},
		Plan: func(v prismView) ([]controller.Item, error) {
			if v.cfg == nil || !prismEnabled(v.cfg.Effective()) {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.KubePrismEndpoints, k8s.KubePrismEndpointsID,
				k8s.KubePrismEndpointsSpec{Endpoints: prismEndpoints(v)})}, nil
		},
	}.Build()
}

func prismEnabled(c *v1alpha1.Config) bool {
	return *c.Machine.Features.KubePrism.Enabled && !c.Cluster.ControlPlane.Endpoint.IsZero()
}

func prismEndpoints(v prismView) []k8s.KubePrismEndpoint {
	c := v.cfg.Effective()
	localPort := uint32(c.Cluster.ControlPlane.LocalAPIServerPort)

	var out []k8s.KubePrismEndpoint

	add := func(host string, port uint32) {
		e := k8s.KubePrismEndpoint{Host: host, Port: port}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}

	if c.Machine.Type == v1alpha1.TypeControlPlane {
		add("127.0.0.1", localPort)
	}

	for _, m := range v.members {
		if m.ControlPlane == nil {
			continue
		}

		for _, a := range m.Addresses {
			add(a.String(), uint32(m.ControlPlane.APIServerPort))
		}
	}

	for _, s := range v.servers {
		for _, a := range s.Addresses {
			add(a.String(), localPort)
		}
	}

	endpoint := c.Cluster.ControlPlane.Endpoint

	port, err := strconv.ParseUint(endpoint.Port(), 10, 16)
	if err != nil {
		port = 443
	}

	add(endpoint.Hostname(), uint32(port))

	return out
}

// KubePrismConfig says where the load balancer listens and what is behind it.
func KubePrismConfig() controller.Controller {
	type view struct {
		cfg       *config.Config
		endpoints *k8s.KubePrismEndpointsSpec
	}

	return controller.Derive[view]{
		Name: "k8s.KubePrismConfigController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(), k8s.KubePrismEndpoints.Weak(),
		),
		Outputs: controller.Out(k8s.KubePrismConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.cfg, err = activeConfig(ctx, r); err != nil {
				return v, err
			}

			v.endpoints, err = find(ctx, r, k8s.KubePrismEndpoints, k8s.KubePrismEndpointsID)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.cfg == nil || v.endpoints == nil || !prismEnabled(v.cfg.Effective()) {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.KubePrismConfigs, k8s.KubePrismConfigID, k8s.KubePrismConfigSpec{
				Host: "127.0.0.1", Port: v.cfg.Effective().Machine.Features.KubePrism.Port, Endpoints: v.endpoints.Endpoints,
			})}, nil
		},
	}.Build()
}

// KubePrism runs the load balancer.
func KubePrism() controller.Controller {
	return controller.Task{
		Name:    "k8s.KubePrismController",
		Inputs:  controller.In(k8s.KubePrismConfigs.Weak(idOf(k8s.KubePrismConfigID))),
		Outputs: controller.Out(k8s.KubePrismStatuses.Exclusive()),
		Run:     runKubePrism,
	}.Build()
}

func runKubePrism(ctx context.Context, rt cosi.Runtime, log *slog.Logger) error {
	const name = "k8s.KubePrismController"

	var (
		lb      *balance.Balancer
		address string
		changed = make(chan struct{}, 1)
	)

	defer func() {
		if lb != nil {
			lb.Close()
		}
	}()

	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-rt.EventCh():
		}

		cfg, err := find(ctx, rt, k8s.KubePrismConfigs, k8s.KubePrismConfigID)
		if err != nil {
			return err
		}

		want := ""
		if cfg != nil {
			want = net.JoinHostPort(cfg.Host, strconv.Itoa(cfg.Port))
		}

		if want != address && lb != nil {
			lb.Close()

			lb = nil
		}

		if address = want; address == "" {
			if err = retain(ctx, rt, k8s.KubePrismStatuses, name); err != nil {
				return err
			}

			continue
		}

		if lb == nil {
			if lb, err = balance.Listen(address, log, func() {
				select {
				case changed <- struct{}{}:
				default:
				}
			}); err != nil {
				return err
			}

			log.Info("KubePrism listens", "address", address)
		}

		upstreams := make([]string, 0, len(cfg.Endpoints))
		for _, e := range cfg.Endpoints {
			upstreams = append(upstreams, net.JoinHostPort(e.Host, strconv.Itoa(int(e.Port))))
		}

		lb.SetUpstreams(upstreams)

		if err = modify(ctx, rt, k8s.KubePrismStatuses, k8s.KubePrismStatusesID,
			k8s.KubePrismStatusesSpec{Host: address, Healthy: lb.Healthy()}); err != nil {
			return err
		}

		rt.ResetRestartBackoff()
	}
}
