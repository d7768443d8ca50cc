package talosctl

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	timeapi "github.com/talos-os/talos/api/time"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newTimeCmd(a *app) *cobra.Command {
	var server string

	cmd := &cobra.Command{
		Use:     "time",
		Short:   "Compare the clock of a node with a time server",
		Long:    "Shows the clock of a node and of a time server, its own without --check, and how far\nthey are apart.",
		Example: "  talosctl time\n  talosctl time --check time.cloudflare.com",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "NTP-SERVER", "NODE-TIME", "NTP-SERVER-TIME", "OFFSET")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				var (
					resp *timeapi.TimeResponse
					err  error
				)

				if server == "" {
					resp, err = n.Time.Time(ctx, &emptypb.Empty{})
				} else {
					resp, err = n.Time.TimeCheck(ctx, &timeapi.TimeRequest{Server: server})
				}

				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					local, remote := m.GetLocaltime().AsTime(), m.GetRemotetime().AsTime()

					t.row(client.Node(m, n.name), m.GetServer(), local.Format(time.RFC3339Nano), remote.Format(time.RFC3339Nano),
						remote.Sub(local).Round(time.Microsecond))
				}

				return nil
			}))
		},
	}

	cmd.Flags().StringVar(&server, "check", "", "compare with this time `server` instead of the node's own")

	return a.apiFlags(cmd)
}
