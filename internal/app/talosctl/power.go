package talosctl

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
)

func newRebootCmd(a *app) *cobra.Command {
	var (
		w    takeDown
		mode string
	)

	modes := map[string]machine.RebootRequest_Mode{
		"default": machine.RebootRequest_DEFAULT, "powercycle": machine.RebootRequest_POWERCYCLE, "force": machine.RebootRequest_FORCE,
	}

	cmd := &cobra.Command{
		Use:   "reboot",
		Short: "Reboot a node",
		Long: `Reboots nodes, all at once if several are named, and waits until each has booted
again and is ready. Take control plane nodes one after the other: etcd needs
more than half of them.`,
		Example: "  talosctl reboot -n 10.0.0.11\n  talosctl reboot -n 10.0.0.11 --drain",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, ok := modes[mode]
			if !ok {
				return a.usagef("mode %q: choose default, powercycle or force", mode)
			}

			w.comesBack = true
			w.ask = func(ctx context.Context, n node) (string, error) {
				resp, err := n.Machine.Reboot(ctx, &machine.RebootRequest{Mode: m})

				return actor(resp.GetMessages()), err
			}

			return w.run(cmd.Context(), a, a.connect)
		},
	}

	f := cmd.Flags()
	f.StringVarP(&mode, "mode", "m", "default", "default, powercycle (no kexec), or force (as a power cut would)")
	f.BoolVar(&w.drain, "drain", false, "move the pods away first, and allow new ones when the node is back")
	f.DurationVar(&w.drainTimeout, "drain-timeout", w.defaultDrainTimeout(), "how long to wait for the pods to go")
	f.StringVar(&w.progress, "progress", "auto", "how to show progress: auto or plain (a line for each step), quiet")
	w.flags(cmd)

	return a.apiFlags(cmd)
}

func newShutdownCmd(a *app) *cobra.Command {
	var (
		w     takeDown
		force bool
	)

	cmd := &cobra.Command{
		Use:     "shutdown",
		Short:   "Power a node off",
		Long:    "Moves the pods away, stops all services and powers nodes off, all at once if\nseveral are named.",
		Example: "  talosctl shutdown -n 10.0.0.11\n  talosctl shutdown -n 10.0.0.11 --force",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			w.ask = func(ctx context.Context, n node) (string, error) {
				resp, err := n.Machine.Shutdown(ctx, &machine.ShutdownRequest{Force: force})

				return actor(resp.GetMessages()), err
			}

			return w.run(cmd.Context(), a, a.connect)
		},
	}

	cmd.Flags().BoolVar(&force, "force", false, "do not drain the node first")
	w.flags(cmd)

	return a.apiFlags(cmd)
}

func newResetCmd(a *app) *cobra.Command {
	var (
		w                 takeDown
		graceful, reboot  bool
		labels, userDisks []string
		mode              string
		m                 maintenance
	)

	modes := map[string]machine.ResetRequest_WipeMode{
		"all": machine.ResetRequest_ALL, "system-disk": machine.ResetRequest_SYSTEM_DISK, "user-disks": machine.ResetRequest_USER_DISKS,
	}

	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Wipe a node",
		Long: `Takes a node out of its cluster and wipes it. With --system-labels-to-wipe only
these partitions of the system disk are wiped: STATE and EPHEMERAL bring an
installed node back to maintenance mode.

Leaving etcd (--graceful) needs the rest of the cluster: for the last control
plane node, or one whose cluster is gone, use --graceful=false.`,
		Example: `  talosctl reset -n 10.0.0.12 --reboot --system-labels-to-wipe STATE,EPHEMERAL
  talosctl reset -n 10.0.0.12 --graceful=false --reboot
  talosctl reset -n 10.0.0.12 --insecure --graceful=false`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, ok := modes[mode]
			if !ok {
				return a.usagef("wipe mode %q: choose all, system-disk or user-disks", mode)
			}

			req := &machine.ResetRequest{Graceful: graceful, Reboot: reboot, UserDisksToWipe: userDisks, Mode: chosen}
			for _, l := range labels {
				req.SystemPartitionsToWipe = append(req.SystemPartitionsToWipe, &machine.ResetPartitionSpec{Label: l, Wipe: true})
			}

			// A wiped node does not come back as the same: it is gone when it is down.
			w.ask = func(ctx context.Context, n node) (string, error) {
				resp, err := n.Machine.Reset(ctx, req)
				if m.insecure && status.Code(err) == codes.PermissionDenied {
					return "", fmt.Errorf("%w; without a config a node lets nobody wipe it except through its management tunnel: apply a config first, or one whose install wipes the disk", err)
				}

				return actor(resp.GetMessages()), err
			}

			return w.run(cmd.Context(), a, func() (*nodes, error) { return a.connectTo(m) })
		},
	}

	f := cmd.Flags()
	f.BoolVar(&graceful, "graceful", true, "drain the node and leave etcd first")
	f.BoolVar(&reboot, "reboot", false, "reboot afterwards instead of powering off")
	f.StringSliceVar(&labels, "system-labels-to-wipe", nil, "wipe only these partitions of the system disk")
	f.StringSliceVar(&userDisks, "user-disks-to-wipe", nil, "wipe these disks, too")
	f.StringVar(&mode, "wipe-mode", "all", "all, system-disk or user-disks")
	m.flags(cmd)
	w.flags(cmd)

	return a.apiFlags(cmd)
}

// actor is what the events of the work carry.
func actor[M interface{ GetActorId() string }](messages []M) string {
	if len(messages) == 0 {
		return ""
	}

	return messages[0].GetActorId()
}
