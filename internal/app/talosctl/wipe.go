package talosctl

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/storage"
)

func newWipeCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "wipe",
		Short: "Wipe disks and partitions of a node",
	}

	cmd.AddCommand(newWipeDiskCmd(a))

	return a.apiFlags(cmd)
}

func newWipeDiskCmd(a *app) *cobra.Command {
	var (
		one    storage.BlockDeviceWipeDescriptor
		method string
		m      maintenance
	)

	cmd := &cobra.Command{
		Use:   "disk <device names>...",
		Short: "Make disks or partitions unrecognisable",
		Long: `Wipes disks or partitions, by the names that ` + "`talosctl get discoveredvolumes`" + ` lists.
Method FAST wipes what makes the content known, ZEROES every byte. What the node
uses is refused; to wipe the system itself there is ` + "`talosctl reset`" + `.`,
		Example: "  talosctl wipe disk sdb sdc1\n  talosctl wipe disk sdc1 --drop-partition",
		Args:    usageArgs(a, cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, ok := storage.BlockDeviceWipeDescriptor_Method_value[strings.ToUpper(method)]
			if !ok {
				return a.usagef("method %q: choose %s", method, strings.Join(wipeMethods(), " or "))
			}

			req := &storage.BlockDeviceWipeRequest{}
			for _, name := range args {
				req.Devices = append(req.Devices, &storage.BlockDeviceWipeDescriptor{
					Device: name, Method: storage.BlockDeviceWipeDescriptor_Method(chosen), DropPartition: one.DropPartition,
					SkipVolumeCheck: one.SkipVolumeCheck, SkipSecondaryCheck: one.SkipSecondaryCheck,
				})
			}

			connect := func() (*nodes, error) { return a.connectTo(m) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				if _, err := n.Storage.BlockDeviceWipe(ctx, req); err != nil {
					return err
				}

				a.note("%s: wiped %s", n.name, strings.Join(args, ", "))

				return nil
			})
		},
	}

	f := cmd.Flags()
	f.StringVar(&method, "method", "FAST", "how: FAST or ZEROES")
	f.BoolVar(&one.DropPartition, "drop-partition", false, "take partitions out of the table as well")
	f.BoolVar(&one.SkipVolumeCheck, "skip-volume-check", false, "also what a volume of the node uses")
	f.BoolVar(&one.SkipSecondaryCheck, "skip-secondary-check", false, "also what is part of another disk, such as an array")
	f.MarkHidden("skip-volume-check")    //nolint:errcheck // it is there
	f.MarkHidden("skip-secondary-check") //nolint:errcheck // it is there
	m.flags(cmd)

	return cmd
}

func wipeMethods() []string {
	var out []string
	for name := range storage.BlockDeviceWipeDescriptor_Method_value {
		out = append(out, name)
	}

	slices.Sort(out)

	return out
}
