package talosctl

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newEtcdDowngradeCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "downgrade",
		Short: "Take etcd back to the minor version before",
		Long: `Goes in steps: validate asks whether it can be done, enable has the members write
what the older version reads, and then each node gets the older image, one after the
other. cancel goes back while members still run the newer version.`,
	}

	cmd.AddCommand(
		newEtcdDowngradeStep(a, "validate <version>", "Ask whether all members can go back to a version", "etcd can go back to",
			func(ctx context.Context, n node, version string) ([]downgraded, error) {
				resp, err := n.Machine.EtcdDowngradeValidate(ctx, &machine.EtcdDowngradeValidateRequest{Version: version})

				return asDowngraded(resp.GetMessages()), err
			}),
		newEtcdDowngradeStep(a, "enable <version>", "Have all members write what an older version reads", "etcd goes back to",
			func(ctx context.Context, n node, version string) ([]downgraded, error) {
				resp, err := n.Machine.EtcdDowngradeEnable(ctx, &machine.EtcdDowngradeEnableRequest{Version: version})

				return asDowngraded(resp.GetMessages()), err
			}),
		newEtcdDowngradeStep(a, "cancel", "Stay with the newer version", "etcd stays with",
			func(ctx context.Context, n node, _ string) ([]downgraded, error) {
				resp, err := n.Machine.EtcdDowngradeCancel(ctx, &emptypb.Empty{})

				return asDowngraded(resp.GetMessages()), err
			}),
	)

	return cmd
}

// downgraded is what the answers to the three steps have in common.
type downgraded interface {
	GetMetadata() *common.Metadata
	GetClusterDowngrade() *machine.EtcdClusterDowngrade
}

func asDowngraded[T downgraded](messages []T) []downgraded {
	out := make([]downgraded, len(messages))
	for i, m := range messages {
		out[i] = m
	}

	return out
}

func newEtcdDowngradeStep(a *app, use, short, done string, step func(ctx context.Context, n node, version string) ([]downgraded, error)) *cobra.Command {
	args, example := cobra.ExactArgs(1), "  talosctl etcd downgrade "+strings.Replace(use, "<version>", "3.6", 1)
	if use == "cancel" {
		args, example = cobra.NoArgs, ""
	}

	return &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    usageArgs(a, args),
		RunE: func(cmd *cobra.Command, args []string) error {
			version := ""
			if len(args) > 0 {
				version = args[0]
			}

			// The leader answers for all: one node is enough, and two would ask twice.
			connect := func() (*nodes, error) { return a.connectOne("etcd is asked through", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				messages, err := step(ctx, n, version)
				if err != nil {
					return err
				}

				for _, m := range messages {
					a.note("%s: %s %s", client.Node(m, n.name), done, cmp.Or(version, m.GetClusterDowngrade().GetClusterVersion()))
				}

				return nil
			})
		},
	}
}
