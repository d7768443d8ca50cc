package talosctl

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/pkg/machinery/client"
)

type healthOptions struct {
	controlPlanes, workers []string
	init, kubernetes       string
	e2e, server            bool
	timeout                time.Duration
}

func newHealthCmd(a *app) *cobra.Command {
	var o healthOptions

	cmd := &cobra.Command{
		Use:   "health",
		Short: "Check that a cluster works",
		Long: `Checks one thing after the other, waits for each until --wait-timeout, and says
what is in the way: the API of every node, its stage and services, that the members
of etcd agree, and that Kubernetes answers and all its nodes are ready.

The nodes are those named by the flags; without any, the control plane is who is in
etcd, and the workers are the other nodes of Kubernetes.

The checks run here. If the address of the Kubernetes API leads nowhere from here,
give one that does with --k8s-endpoint.`,
		Example: `  talosctl health
  talosctl health --control-plane-nodes 10.0.0.10 --worker-nodes 10.0.0.20,10.0.0.21 --wait-timeout 5m`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.e2e {
				return errors.New("--run-e2e: the end-to-end tests of Kubernetes are not part of talosctl; run them with sonobuoy or hydrophone")
			}

			if o.init != "" {
				o.controlPlanes = append([]string{o.init}, o.controlPlanes...)
			}

			c, _, err := a.dial()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			ctx, cancel := context.WithTimeout(cmd.Context(), o.timeout)
			defer cancel()

			return a.checkHealth(ctx, c, o)
		},
	}

	f := cmd.Flags()
	f.StringSliceVar(&o.controlPlanes, "control-plane-nodes", nil, "the control plane nodes")
	f.StringSliceVar(&o.workers, "worker-nodes", nil, "the worker nodes")
	f.StringVar(&o.init, "init-node", "", "one more control plane node, which older clusters were started with")
	f.StringVar(&o.kubernetes, "k8s-endpoint", "", "address of the Kubernetes API instead of the kubeconfig's, such as 127.0.0.1:6443")
	f.BoolVar(&o.server, "server", true, "accepted for scripts; the checks run on this side in any case")
	f.BoolVar(&o.e2e, "run-e2e", false, "not available: sonobuoy and hydrophone run them")
	f.DurationVar(&o.timeout, "wait-timeout", 20*time.Minute, "how long to wait for everything to be well")

	return a.apiFlags(cmd)
}

// checkup is the checks of one cluster and what they have found out.
type checkup struct {
	*client.Client
	app                    *app
	controlPlanes, workers []string
	kube                   *kube.Client
}

func (a *app) checkHealth(ctx context.Context, c *client.Client, o healthOptions) error {
	h := &checkup{Client: c, app: a, controlPlanes: o.controlPlanes, workers: o.workers}
	start := time.Now()

	if len(h.controlPlanes) == 0 {
		if err := a.check(ctx, start, "control plane nodes found in etcd", h.findControlPlanes); err != nil {
			return err
		}
	}

	for _, step := range []struct {
		what string
		try  func(ctx context.Context) error
	}{
		{"control plane nodes running", func(ctx context.Context) error { return h.running(ctx, h.controlPlanes) }},
		{"services of the control plane healthy", func(ctx context.Context) error { return h.services(ctx, h.controlPlanes) }},
		{"members of etcd agree", h.etcdAgrees},
		{"Kubernetes API ready", func(ctx context.Context) error { return h.kubernetesReady(ctx, o.kubernetes) }},
		{"nodes of Kubernetes ready", h.nodesReady},
		{"worker nodes running", func(ctx context.Context) error { return h.running(ctx, h.workers) }},
		{"services of the workers healthy", func(ctx context.Context) error { return h.services(ctx, h.workers) }},
	} {
		if err := a.check(ctx, start, step.what, step.try); err != nil {
			return err
		}
	}

	a.progress(start, "all is well: %d control plane and %d worker nodes", len(h.controlPlanes), len(h.workers))

	return nil
}

// check tries until it succeeds, and tells what it waits for whenever that changes.
func (a *app) check(ctx context.Context, start time.Time, what string, try func(ctx context.Context) error) error {
	last := ""

	for {
		attempt, cancel := context.WithTimeout(ctx, 10*poll)
		err := try(attempt)

		cancel()

		if err == nil {
			a.progress(start, "%s: OK", what)

			return nil
		}

		if reason := strings.ReplaceAll(strings.TrimPrefix(strings.SplitN(explain(err), "\nhint:", 2)[0], "error: "), "\n", ";"); reason != last {
			a.progress(start, "%s: waiting: %s", what, reason)

			last = reason
		}

		if sleep(ctx, poll) != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

func (h *checkup) findControlPlanes(ctx context.Context) error {
	resp, err := h.Machine.EtcdMemberList(ctx, &machine.EtcdMemberListRequest{})
	if err != nil {
		return err
	}

	var found []string

	for _, m := range resp.GetMessages() {
		for _, e := range m.GetMembers() {
			address, err := addressOf(e)
			if err != nil {
				return err
			}

			found = append(found, address)
		}
	}

	if len(found) == 0 {
		return errors.New("etcd has no members yet: `talosctl bootstrap` starts it")
	}

	slices.Sort(found)
	h.controlPlanes = found

	return nil
}

// addressOf is where a member's node is: nodes speak etcd's peer protocol on their own address.
func addressOf(e *machine.EtcdMember) (string, error) {
	for _, text := range append(slices.Clone(e.GetPeerUrls()), e.GetClientUrls()...) {
		u, err := url.Parse(text)
		if err != nil {
			return "", fmt.Errorf("member %s of etcd: %w", e.GetHostname(), err)
		}

		if u.Hostname() != "" {
			return u.Hostname(), nil
		}
	}

	return "", fmt.Errorf("member %s of etcd has no address yet", e.GetHostname())
}

// forEach asks nodes and joins what is wrong, with their names.
func forEach(ctx context.Context, nodes []string, f func(ctx context.Context, name string) error) error {
	var errs []error

	for _, name := range nodes {
		if err := f(client.WithNode(ctx, name), name); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}

	return errors.Join(errs...)
}

func (h *checkup) running(ctx context.Context, nodes []string) error {
	return forEach(ctx, nodes, func(ctx context.Context, _ string) error {
		stage, unmet, err := machineStatus(ctx, h.Client)

		switch {
		case err != nil:
			return err
		case stage != "running":
			return fmt.Errorf("stage is %s", stage)
		case unmet != "":
			return errors.New(unmet)
		}

		return nil
	})
}

func (h *checkup) services(ctx context.Context, nodes []string) error {
	return forEach(ctx, nodes, func(ctx context.Context, _ string) error {
		resp, err := h.Machine.ServiceList(ctx, &emptypb.Empty{})
		if err != nil {
			return err
		}

		var errs []error

		for _, m := range resp.GetMessages() {
			for _, s := range m.GetServices() {
				switch {
				case s.GetState() == "Failed" || s.GetState() == "Waiting" || s.GetState() == "Preparing":
					message, _ := lastEvent(s)
					errs = append(errs, fmt.Errorf("service %s is %s: %s", s.GetId(), s.GetState(), message))
				case s.GetState() == "Running" && !s.GetHealth().GetUnknown() && !s.GetHealth().GetHealthy():
					errs = append(errs, fmt.Errorf("service %s is not healthy: %s", s.GetId(), s.GetHealth().GetLastMessage()))
				}
			}
		}

		return errors.Join(errs...)
	})
}

// etcdAgrees checks that every control plane node is a full member of the same etcd.
func (h *checkup) etcdAgrees(ctx context.Context) error {
	var leader, members string

	return forEach(ctx, h.controlPlanes, func(ctx context.Context, name string) error {
		resp, err := h.Machine.EtcdMemberList(ctx, &machine.EtcdMemberListRequest{QueryLocal: true})
		if err != nil {
			return err
		}

		var ids []string

		for _, m := range resp.GetMessages() {
			for _, e := range m.GetMembers() {
				if e.GetIsLearner() {
					return fmt.Errorf("member %s is still learning", e.GetHostname())
				}

				ids = append(ids, memberID(e.GetId()))
			}
		}

		slices.Sort(ids)

		if len(ids) != len(h.controlPlanes) {
			return fmt.Errorf("etcd has %d members, the control plane %d nodes", len(ids), len(h.controlPlanes))
		}

		if list := strings.Join(ids, ", "); members == "" {
			members = list
		} else if members != list {
			return fmt.Errorf("knows other members of etcd (%s) than the first node (%s)", list, members)
		}

		return h.etcdFollows(ctx, &leader)
	})
}

func (h *checkup) etcdFollows(ctx context.Context, leader *string) error {
	resp, err := h.Machine.EtcdStatus(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	for _, m := range resp.GetMessages() {
		s := m.GetMemberStatus()
		id := memberID(s.GetLeader())

		switch {
		case len(s.GetErrors()) > 0:
			return fmt.Errorf("etcd reports %s", strings.Join(s.GetErrors(), ", "))
		case s.GetLeader() == 0:
			return errors.New("etcd has no leader")
		case *leader != "" && *leader != id:
			return fmt.Errorf("follows %s, others %s", id, *leader)
		}

		*leader = id
	}

	return nil
}

func (h *checkup) kubernetesReady(ctx context.Context, endpoint string) error {
	if endpoint != "" && !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}

	if h.kube == nil {
		raw, err := h.Kubeconfig(client.WithNode(ctx, h.controlPlanes[0]))
		if err != nil {
			return fmt.Errorf("fetch a kubeconfig: %w", err)
		}

		if h.kube, err = h.app.kubernetesClient(raw, endpoint); err != nil {
			return err
		}
	}

	return h.kube.Ready(ctx)
}

func (h *checkup) nodesReady(ctx context.Context) error {
	list, err := h.kube.Nodes(ctx)
	if err != nil {
		return err
	}

	var errs []error

	addresses := map[string]bool{}

	var workers []string

	for _, n := range list {
		if !n.Ready {
			errs = append(errs, fmt.Errorf("%s: %s", n.Name, n.Reason))
		}

		for _, address := range n.Addresses {
			addresses[address] = true
		}

		if !n.ControlPlane && len(n.Addresses) > 0 {
			workers = append(workers, n.Addresses[0])
		}
	}

	for _, name := range append(slices.Clone(h.controlPlanes), h.workers...) {
		if !addresses[name] {
			errs = append(errs, fmt.Errorf("%s is not registered", name))
		}
	}

	if len(errs) == 0 && len(h.workers) == 0 {
		h.workers = workers
	}

	return errors.Join(errs...)
}
