package talosctl

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newBootstrapCmd(a *app) *cobra.Command {
	var (
		recoverFrom string
		skipHash    bool
	)

	cmd := &cobra.Command{
		Use:   "bootstrap",
		Short: "Start etcd of a new cluster on one control plane node",
		Long: `Tells one control plane node to start a new etcd cluster; all others join it. This
is done once in the life of a cluster: a node that has etcd data refuses.

With --recover-from, etcd starts from a snapshot made by ` + "`talosctl etcd snapshot`" + `.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			connect := func() (*nodes, error) { return a.connectOne("etcd is bootstrapped on", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				if recoverFrom != "" {
					if err := uploadSnapshot(ctx, n.Client, recoverFrom); err != nil {
						return err
					}
				}

				_, err := n.Machine.Bootstrap(ctx, &machine.BootstrapRequest{RecoverEtcd: recoverFrom != "", RecoverSkipHashCheck: skipHash})

				return err
			})
		},
	}

	cmd.Flags().StringVar(&recoverFrom, "recover-from", "", "snapshot `file` to start from")
	cmd.Flags().BoolVar(&skipHash, "recover-skip-hash-check", false, "accept a snapshot copied from a data directory, which has no checksum")

	return a.apiFlags(cmd)
}

func uploadSnapshot(ctx context.Context, c *client.Client, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	stream, err := c.Machine.EtcdRecover(ctx)
	if err != nil {
		return err
	}

	if err = sendAll(f, stream.Send); err != nil {
		return fmt.Errorf("upload snapshot %s: %w", path, err)
	}

	_, err = stream.CloseAndRecv()

	return err
}
