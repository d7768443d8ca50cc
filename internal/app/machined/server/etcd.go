package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/app/machined/services"
)

// Bootstrap makes this node found the cluster. It returns when that is noted;
// the service's history tells how it goes.
func (s *machineService) Bootstrap(ctx context.Context, req *machine.BootstrapRequest) (*machine.BootstrapResponse, error) {
	if s.inMaintenance() {
		return nil, status.Error(codes.FailedPrecondition, "the node has no machine config yet: apply one first")
	}

	if err := s.deps.Etcd.Bootstrap(ctx, etcdctl.BootstrapOptions{
		Recover: req.GetRecoverEtcd(), SkipHashCheck: req.GetRecoverSkipHashCheck(),
	}); err != nil {
		return nil, err
	}

	return &machine.BootstrapResponse{Messages: []*machine.Bootstrap{{}}}, nil
}

// withEtcd gives a connection to this node's member, where there is one.
func (s *machineService) withEtcd(ctx context.Context, do func(*etcdclient.Client) error) error {
	info, err := s.deps.Services.Info(services.EtcdID)
	if err != nil {
		return err
	}

	if info.State != services.Running {
		return status.Errorf(codes.FailedPrecondition, "etcd does not run on this node: it is %s", info.State)
	}

	client, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer client.Close() //nolint:errcheck

	return do(client)
}

// EtcdMemberList lists the members.
func (s *machineService) EtcdMemberList(ctx context.Context, req *machine.EtcdMemberListRequest) (*machine.EtcdMemberListResponse, error) {
	out := &machine.EtcdMembers{}

	err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		members, err := c.Members(ctx, req.GetQueryLocal())
		if err != nil {
			return err
		}

		for _, m := range members {
			out.LegacyMembers = append(out.LegacyMembers, m.Name)
			out.Members = append(out.Members, &machine.EtcdMember{
				Id: m.ID, Hostname: m.Name, PeerUrls: m.PeerURLs, ClientUrls: m.ClientURLs, IsLearner: m.IsLearner,
			})
		}

		return nil
	})
	if err != nil {
		return nil, err
	}

	return &machine.EtcdMemberListResponse{Messages: []*machine.EtcdMembers{out}}, nil
}

// EtcdStatus is this node's member's.
func (s *machineService) EtcdStatus(ctx context.Context, _ *emptypb.Empty) (*machine.EtcdStatusResponse, error) {
	var out *machine.EtcdMemberStatus

	err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		st, err := c.Status(ctx)
		if err != nil {
			return err
		}

		out = &machine.EtcdMemberStatus{
			ProtocolVersion: st.Version, StorageVersion: storageVersion(st.StorageVersion, st.Version),
			DbSize: st.DbSize, DbSizeInUse: st.DbSizeInUse, Leader: st.Leader, RaftIndex: st.RaftIndex,
			RaftTerm: st.RaftTerm, RaftAppliedIndex: st.RaftAppliedIndex, Errors: st.Errors, IsLearner: st.IsLearner,
			MemberId: st.Header.GetMemberId(),
		}

		return nil
	})
	if err != nil {
		return nil, err
	}

	return &machine.EtcdStatusResponse{Messages: []*machine.EtcdStatus{{MemberStatus: out}}}, nil
}

// storageVersion is told by etcd since 3.6; before, it follows from the program's.
func storageVersion(told, program string) string {
	if told != "" {
		return told
	}

	var major, minor int
	if n, _ := fmt.Sscanf(program, "%d.%d", &major, &minor); n != 2 { //nolint:errcheck // n says it
		return ""
	}

	return fmt.Sprintf("%d.%d.0", major, minor)
}

// EtcdSnapshot streams the database.
func (s *machineService) EtcdSnapshot(_ *machine.EtcdSnapshotRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	return s.withEtcd(stream.Context(), func(c *etcdclient.Client) error {
		r, err := c.Snapshot(stream.Context())
		if err != nil {
			return err
		}

		defer r.Close() //nolint:errcheck

		return sendAll(r, stream)
	})
}

// afterLeaving is how long removing what a former member leaves may take.
const afterLeaving = 2 * time.Minute

// EtcdLeaveCluster takes this node out of the cluster, stops etcd and removes its
// data. Once the cluster has let go of the member the rest is done even if the
// client goes away: the data is of no use, and etcd does not start with it.
func (s *machineService) EtcdLeaveCluster(ctx context.Context, _ *machine.EtcdLeaveClusterRequest) (*machine.EtcdLeaveClusterResponse, error) {
	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error { return c.Leave(ctx) }); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterLeaving)
	defer cancel()

	if err := s.deps.Services.Stop(ctx, services.EtcdID); err != nil {
		return nil, err
	}

	if err := emptyDirectory(etcdctl.DataPath); err != nil {
		return nil, fmt.Errorf("remove etcd data: %w", err)
	}

	return &machine.EtcdLeaveClusterResponse{Messages: []*machine.EtcdLeaveCluster{{}}}, nil
}

// emptyDirectory removes what is in a directory, which itself is a volume.
func emptyDirectory(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}

	var errs []error
	for _, e := range entries {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
	}

	return errors.Join(errs...)
}

// EtcdRemoveMemberByID takes another node out of the cluster.
func (s *machineService) EtcdRemoveMemberByID(ctx context.Context, req *machine.EtcdRemoveMemberByIDRequest) (*machine.EtcdRemoveMemberByIDResponse, error) {
	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error { return c.Remove(ctx, req.GetMemberId()) }); err != nil {
		return nil, err
	}

	return &machine.EtcdRemoveMemberByIDResponse{Messages: []*machine.EtcdRemoveMemberByID{{}}}, nil
}

// EtcdForfeitLeadership hands leadership to another member, and names it.
func (s *machineService) EtcdForfeitLeadership(ctx context.Context, _ *machine.EtcdForfeitLeadershipRequest) (*machine.EtcdForfeitLeadershipResponse, error) {
	out := &machine.EtcdForfeitLeadership{}

	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		to, err := c.ForfeitLeadership(ctx)
		if to != nil {
			out.Member = to.Name
		}

		return err
	}); err != nil {
		return nil, err
	}

	return &machine.EtcdForfeitLeadershipResponse{Messages: []*machine.EtcdForfeitLeadership{out}}, nil
}

// EtcdAlarmList lists the alarms of all members.
func (s *machineService) EtcdAlarmList(ctx context.Context, _ *emptypb.Empty) (*machine.EtcdAlarmListResponse, error) {
	out := &machine.EtcdAlarm{}

	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		resp, err := c.AlarmList(ctx)
		if err == nil {
			out.MemberAlarms = alarms(resp.Alarms)
		}

		return err
	}); err != nil {
		return nil, err
	}

	return &machine.EtcdAlarmListResponse{Messages: []*machine.EtcdAlarm{out}}, nil
}

// EtcdAlarmDisarm ends all alarms, and lists which those were.
func (s *machineService) EtcdAlarmDisarm(ctx context.Context, _ *emptypb.Empty) (*machine.EtcdAlarmDisarmResponse, error) {
	out := &machine.EtcdAlarmDisarm{}

	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		resp, err := c.AlarmList(ctx)
		if err != nil {
			return err
		}

		for _, a := range resp.Alarms {
			if _, err = c.AlarmDisarm(ctx, (*clientv3.AlarmMember)(a)); err != nil {
				return err
			}
		}

		out.MemberAlarms = alarms(resp.Alarms)

		return nil
	}); err != nil {
		return nil, err
	}

	return &machine.EtcdAlarmDisarmResponse{Messages: []*machine.EtcdAlarmDisarm{out}}, nil
}

func alarms(list []*etcdserverpb.AlarmMember) []*machine.EtcdMemberAlarm {
	var out []*machine.EtcdMemberAlarm
	for _, a := range list {
		out = append(out, &machine.EtcdMemberAlarm{MemberId: a.MemberID, Alarm: machine.EtcdMemberAlarm_AlarmType(a.Alarm)})
	}

	return out
}

// EtcdDefragment gives the space of deleted data back, blocking this member meanwhile.
func (s *machineService) EtcdDefragment(ctx context.Context, _ *emptypb.Empty) (*machine.EtcdDefragmentResponse, error) {
	if err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		_, err := c.Defragment(ctx, etcdclient.LocalEndpoint)

		return err
	}); err != nil {
		return nil, err
	}

	return &machine.EtcdDefragmentResponse{Messages: []*machine.EtcdDefragment{{}}}, nil
}
