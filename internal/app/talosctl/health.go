package talosctl

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/health"
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

func (a *app) checkHealth(ctx context.Context, c *client.Client, o healthOptions) error {
	start := time.Now()

	server := o.kubernetes
	if server != "" && !strings.Contains(server, "://") {
		server = "https://" + server
	}

	return health.Check(ctx, c, health.Options{
		ControlPlanes: o.controlPlanes, Workers: o.workers, Poll: poll,
		Explain: func(err error) string {
			return strings.TrimPrefix(strings.SplitN(explain(err), "\nhint:", 2)[0], "error: ")
		},
		Kubernetes: func(kubeconfig []byte) (*kube.Client, error) { return a.kubernetesClient(kubeconfig, server) },
	}, func(line string) { a.progress(start, "%s", line) })
}
