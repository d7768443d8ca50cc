package talosctl

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newMemoryCmd(a *app) *cobra.Command {
	var (
		verbose bool
		m       maintenance
	)

	cmd := &cobra.Command{
		Use:     "memory",
		Aliases: []string{"m", "free"},
		Short:   "Show the memory of a node",
		Long: `Shows the memory of a node in MiB, or with -v all that the kernel tells, in KiB.
Available is what programs can still get: cache counts as used, but is given up.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "TOTAL", "USED", "FREE", "SHARED", "BUFFERS", "CACHE", "AVAILABLE")
			if verbose {
				t = a.table("NODE", "VALUE", "KIB")
			}

			connect := func() (*nodes, error) { return a.connectTo(m) }

			return t.end(run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Memory(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, msg := range resp.GetMessages() {
					if name, i := client.Node(msg, n.name), msg.GetMeminfo(); verbose {
						allOfMemory(t, name, i)
					} else {
						used := i.GetMemtotal() - i.GetMemfree() - i.GetCached() - i.GetBuffers()
						t.row(name, i.GetMemtotal()>>10, used>>10, i.GetMemfree()>>10, i.GetShmem()>>10, i.GetBuffers()>>10, i.GetCached()>>10, i.GetMemavailable()>>10)
					}
				}

				return nil
			}))
		},
	}

	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "all that the kernel tells")
	m.flags(cmd)

	return a.apiFlags(cmd)
}

// allOfMemory prints every field of the answer, in the kernel's order.
func allOfMemory(t *table, node string, i *machine.MemInfo) {
	r := i.ProtoReflect()
	fields := r.Descriptor().Fields()

	for k := range fields.Len() {
		if f := fields.Get(k); f.Kind() == protoreflect.Uint64Kind {
			t.row(node, string(f.Name()), fmt.Sprint(r.Get(f).Uint()))
		}
	}
}

func newMountsCmd(a *app) *cobra.Command {
	return a.apiFlags(&cobra.Command{
		Use:     "mounts",
		Aliases: []string{"mount"},
		Short:   "List the mounts of a node and how full they are",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "FILESYSTEM", "SIZE(GB)", "USED(GB)", "AVAILABLE(GB)", "PERCENT USED", "MOUNTED ON")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Mounts(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					for _, s := range m.GetStats() {
						gb := func(v uint64) string { return fmt.Sprintf("%.2f", float64(v)*1e-9) }
						used := s.GetSize() - min(s.GetSize(), s.GetAvailable())

						t.row(client.Node(m, n.name), s.GetFilesystem(), gb(s.GetSize()), gb(used), gb(s.GetAvailable()),
							fmt.Sprintf("%.2f%%", 100*float64(used)/float64(max(1, s.GetSize()))), s.GetMountedOn())
					}
				}

				return nil
			}))
		},
	})
}
