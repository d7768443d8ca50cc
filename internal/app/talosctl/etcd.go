package talosctl

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newEtcdCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "etcd",
		Short: "Look after the etcd of control plane nodes",
		Long: `etcd keeps the state of Kubernetes on the control plane nodes, and works while more
than half of its members do. Make snapshots: they are the way back when it does not.`,
	}

	alarm := &cobra.Command{Use: "alarm", Short: "Show and clear the alarms of etcd"}
	alarm.AddCommand(newEtcdAlarmListCmd(a), newEtcdAlarmDisarmCmd(a))

	cmd.AddCommand(newEtcdMembersCmd(a), newEtcdStatusCmd(a), newEtcdSnapshotCmd(a), newEtcdLeaveCmd(a),
		newEtcdRemoveMemberCmd(a), newEtcdForfeitCmd(a), alarm, newEtcdDefragCmd(a), newEtcdDowngradeCmd(a))

	return a.apiFlags(cmd)
}

// memberID is how etcd's own tools write it.
func memberID(id uint64) string { return fmt.Sprintf("%016x", id) }

func newEtcdMembersCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "members",
		Short: "List the members of etcd as a node knows them",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "ID", "HOSTNAME", "PEER URLS", "CLIENT URLS", "LEARNER")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.EtcdMemberList(ctx, &machine.EtcdMemberListRequest{QueryLocal: true})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					for _, e := range m.GetMembers() {
						t.row(client.Node(m, n.name), memberID(e.GetId()), e.GetHostname(), strings.Join(e.GetPeerUrls(), ","), strings.Join(e.GetClientUrls(), ","), e.GetIsLearner())
					}
				}

				return nil
			}))
		},
	}
}

func newEtcdStatusCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show how etcd of a node is doing",
		Long: `Shows the database, the leader and the progress of etcd on nodes. A member whose
applied index stays behind is slow or cut off; much unused space is what defrag
gives back.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "MEMBER", "DB SIZE", "IN USE", "LEADER", "RAFT INDEX", "RAFT TERM", "RAFT APPLIED INDEX", "LEARNER", "PROTOCOL", "STORAGE", "ERRORS")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.EtcdStatus(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					s := m.GetMemberStatus()
					share := 100 * float64(s.GetDbSizeInUse()) / float64(max(1, s.GetDbSize()))

					t.row(client.Node(m, n.name), memberID(s.GetMemberId()), size(uint64(max(0, s.GetDbSize()))),
						fmt.Sprintf("%s (%.2f%%)", size(uint64(max(0, s.GetDbSizeInUse()))), share), memberID(s.GetLeader()),
						s.GetRaftIndex(), s.GetRaftTerm(), s.GetRaftAppliedIndex(), s.GetIsLearner(), s.GetProtocolVersion(), s.GetStorageVersion(),
						strings.Join(s.GetErrors(), ", "))
				}

				return nil
			}))
		},
	}
}

func newEtcdSnapshotCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "snapshot <path>",
		Short: "Save a snapshot of etcd to a file",
		Long: `Saves what etcd holds. A new cluster starts from it with bootstrap --recover-from.
It has the secrets of the cluster in it: keep it as you keep those.`,
		Example: "  talosctl etcd snapshot -n 10.0.0.10 etcd-$(date +%F).db",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			connect := func() (*nodes, error) { return a.connectOne("a snapshot comes from", a.connect) }

			if _, err := os.Stat(args[0]); err == nil {
				return fmt.Errorf("%s exists already; choose another name", args[0])
			}

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				stream, err := n.Machine.EtcdSnapshot(ctx, &machine.EtcdSnapshotRequest{})
				if err != nil {
					return err
				}

				bytes, err := download(client.Reader(stream), args[0])
				if err != nil {
					return err
				}

				a.note("%s has a snapshot of %s", args[0], size(uint64(bytes)))

				return nil
			})
		},
	}
}

func newEtcdLeaveCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "leave",
		Short: "Make a node leave etcd",
		Long: `Makes a node leave etcd and forget its data, as reset does. Do this before a control
plane node goes for good, so that it no longer counts for the majority.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.EtcdLeaveCluster(ctx, &machine.EtcdLeaveClusterRequest{})

				return err
			})
		},
	}
}

func newEtcdRemoveMemberCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "remove-member <member ID>",
		Short: "Remove a member of etcd whose node is gone",
		Long: `Removes a member that can no longer leave by itself. Ask a node that still works;
` + "`talosctl etcd members`" + ` shows the IDs.`,
		Args: usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseUint(strings.TrimPrefix(args[0], "0x"), 16, 64)
			if err != nil {
				return a.usagef("member ID %q is not a hexadecimal number; `talosctl etcd members` shows the IDs", args[0])
			}

			connect := func() (*nodes, error) { return a.connectOne("a member is removed by", a.connectAny) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.EtcdRemoveMemberByID(ctx, &machine.EtcdRemoveMemberByIDRequest{MemberId: id})

				return err
			})
		},
	}
}

func newEtcdForfeitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "forfeit-leadership",
		Short: "Make a node hand the lead of etcd to another member",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.EtcdForfeitLeadership(ctx, &machine.EtcdForfeitLeadershipRequest{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					if m.GetMember() == "" {
						a.note("%s does not lead", client.Node(m, n.name))
					} else {
						a.note("%s handed the lead to %s", client.Node(m, n.name), m.GetMember())
					}
				}

				return nil
			})
		},
	}
}

func newEtcdAlarmListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the alarms of etcd",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "MEMBER", "ALARM")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.EtcdAlarmList(ctx, &emptypb.Empty{})

				for _, m := range resp.GetMessages() {
					for _, e := range m.GetMemberAlarms() {
						t.row(client.Node(m, n.name), memberID(e.GetMemberId()), e.GetAlarm())
					}
				}

				return err
			}))
		},
	}
}

func newEtcdAlarmDisarmCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "disarm",
		Short: "Clear the alarms of etcd",
		Long: `Clears the alarms of etcd. After NOSPACE make room first (defrag, or a larger quota):
otherwise the alarm is soon back, and etcd takes no writes until then.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := a.table("NODE", "MEMBER", "ALARM")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.EtcdAlarmDisarm(ctx, &emptypb.Empty{})

				for _, m := range resp.GetMessages() {
					for _, e := range m.GetMemberAlarms() {
						t.row(client.Node(m, n.name), memberID(e.GetMemberId()), e.GetAlarm())
					}
				}

				return err
			}))
		},
	}
}

func newEtcdDefragCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "defrag",
		Short: "Give unused space of etcd's database back",
		Long: `Rewrites the database of etcd on a node without the space it no longer uses. The
member answers nobody meanwhile: take one node after the other.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			connect := func() (*nodes, error) { return a.connectOne("defragmenting stops a member: do it on", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				_, err := n.Machine.EtcdDefragment(ctx, &emptypb.Empty{})

				return err
			})
		},
	}
}
