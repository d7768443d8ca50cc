package talosctl

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newUsageCmd(a *app) *cobra.Command {
	var (
		req       machine.DiskUsageRequest
		humanize  bool
		threshold int
	)

	cmd := &cobra.Command{
		Use:     "usage [path1] [path2] ... [pathN]",
		Aliases: []string{"du"},
		Short:   "Show how much space directories of a node take",
		Long: `Shows the space that directories take on disk, / without a path, what is below
before what is above. A sparse file takes less than its length says.`,
		Example: "  talosctl usage -H -d 2 /var\n  talosctl usage -a -t 100000000 /var/lib/containerd",
		Args:    usageArgs(a, cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			req.Paths, req.Threshold = args, int64(threshold)
			t := a.table("NODE", "SIZE", "NAME")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				stream, err := n.Machine.DiskUsage(ctx, &req)
				if err != nil {
					return err
				}

				for {
					i, err := stream.Recv()

					switch {
					case errors.Is(err, io.EOF):
						return nil
					case err != nil:
						return err
					case client.Failures(i) != nil:
						return client.Failures(i)
					case i.GetError() != "":
						a.note("%s: %s: %s", n.name, i.GetName(), i.GetError())

						continue
					}

					// Paths tell several directories apart, and one needs no telling.
					name := i.GetName()
					if len(args) < 2 {
						name = i.GetRelativeName()
					}

					if humanize {
						t.row(client.Node(i, n.name), size(uint64(max(0, i.GetSize()))), name)
					} else {
						t.row(client.Node(i, n.name), i.GetSize(), name)
					}
				}
			}))
		},
	}

	f := cmd.Flags()
	f.BoolVarP(&req.All, "all", "a", false, "files too, not only directories")
	f.Int32VarP(&req.RecursionDepth, "depth", "d", 0, "how many levels down to show; 0 is all")
	f.BoolVarP(&humanize, "humanize", "H", false, "sizes for reading")
	f.IntVarP(&threshold, "threshold", "t", 0, "hide what is smaller than this many bytes, or if negative, what is larger")

	return a.apiFlags(cmd)
}
