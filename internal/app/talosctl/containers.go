package talosctl

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newContainersCmd(a *app) *cobra.Command {
	var k kubernetes

	cmd := &cobra.Command{
		Use:     "containers",
		Aliases: []string{"c"},
		Short:   "List the containers of a node",
		Long: `Lists the containers of the system, such as etcd and kubelet, or with -k those of
Kubernetes: pods with their containers below. The ID is what logs -k takes.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			namespace, driver := k.choose()
			t := a.table("NODE", "NAMESPACE", "ID", "IMAGE", "PID", "STATUS")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Containers(ctx, &machine.ContainersRequest{Namespace: namespace, Driver: driver})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					list := m.GetContainers()
					slices.SortFunc(list, func(x, y *machine.ContainerInfo) int { return cmp.Compare(x.GetId(), y.GetId()) })

					for _, c := range list {
						t.row(client.Node(m, n.name), c.GetNamespace(), indent(c.GetId(), c.GetPodId()), c.GetImage(), c.GetPid(), c.GetStatus())
					}
				}

				return nil
			}))
		},
	}

	k.flags(cmd)

	return a.apiFlags(cmd)
}

// indent puts containers below the pod they are in.
func indent(id, pod string) string {
	if pod != "" && id != pod {
		return "└─ " + id
	}

	return id
}

func newStatsCmd(a *app) *cobra.Command {
	var k kubernetes

	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Show what containers use",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			namespace, driver := k.choose()
			t := a.table("NODE", "NAMESPACE", "ID", "MEMORY(MB)", "CPU")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Stats(ctx, &machine.StatsRequest{Namespace: namespace, Driver: driver})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					list := m.GetStats()
					slices.SortFunc(list, func(x, y *machine.Stat) int { return cmp.Compare(x.GetId(), y.GetId()) })

					for _, s := range list {
						t.row(client.Node(m, n.name), s.GetNamespace(), indent(s.GetId(), s.GetPodId()),
							fmt.Sprintf("%.2f", float64(s.GetMemoryUsage())*1e-6), s.GetCpuUsage())
					}
				}

				return nil
			}))
		},
	}

	k.flags(cmd)

	return a.apiFlags(cmd)
}

func newRestartCmd(a *app) *cobra.Command {
	var k kubernetes

	cmd := &cobra.Command{
		Use:     "restart <id>",
		Short:   "End a container, which whoever runs it starts again",
		Long:    "Ends a container. The kubelet starts containers of Kubernetes (-k) again.",
		Example: "  talosctl restart -k kube-system/kube-scheduler-cp1:kube-scheduler",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			namespace, driver := k.choose()

			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.Restart(ctx, &machine.RestartRequest{Namespace: namespace, Id: args[0], Driver: driver})

				return err
			})
		},
	}

	k.flags(cmd)

	return a.apiFlags(cmd)
}
