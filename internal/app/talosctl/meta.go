package talosctl

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
)

func newMetaCmd(a *app) *cobra.Command {
	var m maintenance

	cmd := &cobra.Command{
		Use:   "meta",
		Short: "Write and delete values in META",
		Long: `META is a partition with small values that outlive a reset of the other ones.
Keys are numbers from 0 to 255, such as 0x0a for the network of the platform
metal; ` + "`talosctl get metakeys`" + ` shows what is there.`,
	}

	m.flagsOn(cmd.PersistentFlags())

	connect := func() (*nodes, error) { return a.connectTo(m) }

	key := func(text string) (uint32, error) {
		n, err := strconv.ParseUint(text, 0, 8)
		if err != nil {
			return 0, a.usagef("key %q: give a number from 0 to 255, such as 12 or 0x0c", text)
		}

		return uint32(n), nil
	}

	cmd.AddCommand(&cobra.Command{
		Use:     "write key value",
		Short:   "Write a value",
		Example: "  talosctl meta write 0x0c '{\"zone\": \"a\"}'",
		Args:    usageArgs(a, cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := key(args[0])
			if err != nil {
				return err
			}

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.MetaWrite(ctx, &machine.MetaWriteRequest{Key: k, Value: []byte(args[1])})

				return err
			})
		},
	}, &cobra.Command{
		Use:   "delete key",
		Short: "Delete a value",
		Args:  usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := key(args[0])
			if err != nil {
				return err
			}

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.MetaDelete(ctx, &machine.MetaDeleteRequest{Key: k})

				return err
			})
		},
	})

	return a.apiFlags(cmd)
}
