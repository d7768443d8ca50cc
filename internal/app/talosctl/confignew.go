package talosctl

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/talos-os/talos/api/machine"
)

func newConfigNewCmd(a *app) *cobra.Command {
	var (
		roles []string
		ttl   time.Duration
	)

	cmd := &cobra.Command{
		Use:   "new [<path>]",
		Short: "Have a node make a client configuration for somebody else",
		Long: `Asks a control plane node for a client configuration with a new certificate, which
has these roles only: os:admin may everything, os:operator may not change what a
node is, os:reader may look, os:etcd:backup may make snapshots of etcd.`,
		Example: "  talosctl config new reader.talosconfig --roles os:reader --crt-ttl 24h",
		Args:    usageArgs(a, cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "talosconfig"
			if len(args) == 1 {
				path = args[0]
			}

			if ttl <= 0 {
				return a.usagef("time to live %s: it has to be positive", ttl)
			}

			connect := func() (*nodes, error) { return a.connectOne("a client configuration comes from", a.connectAny) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.GenerateClientConfiguration(ctx, &machine.GenerateClientConfigurationRequest{Roles: roles, CrtTtl: durationpb.New(ttl)})
				if err != nil {
					return err
				}

				if len(resp.GetMessages()) != 1 || len(resp.GetMessages()[0].GetTalosconfig()) == 0 {
					return errors.New("the node's answer has no client configuration")
				}

				if err = a.writeOutput(path, resp.GetMessages()[0].GetTalosconfig(), false); err != nil {
					return err
				}

				if path != "-" {
					a.note("created %s", path)
				}

				return nil
			})
		},
	}

	cmd.Flags().StringSliceVar(&roles, "roles", []string{"os:admin"}, "what the owner may do")
	cmd.Flags().DurationVar(&ttl, "crt-ttl", 365*24*time.Hour, "how long the certificate lasts")

	return cmd
}
