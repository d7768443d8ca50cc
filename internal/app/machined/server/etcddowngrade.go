package server

import (
	"context"
	"strconv"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/etcdclient"
)

// downgrade asks the leader of etcd, which has the say for all members.
func (s *machineService) downgrade(ctx context.Context, action clientv3.DowngradeAction, version string) (*machine.EtcdClusterDowngrade, error) {
	var out *machine.EtcdClusterDowngrade

	err := s.withEtcd(ctx, func(c *etcdclient.Client) error {
		resp, err := c.Downgrade(ctx, action, version)
		if err == nil {
			out = &machine.EtcdClusterDowngrade{ClusterVersion: resp.Version}
		}

		return err
	})

	return out, err
}

// downgradeTo checks a version as etcd wants it, MAJOR.MINOR; a patch level says nothing more.
func downgradeTo(version string) (string, error) {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")

	for _, p := range parts {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil || len(parts) < 2 || len(parts) > 3 {
			return "", status.Errorf(codes.InvalidArgument, "%q is not a version of etcd, like 3.6", version)
		}
	}

	return parts[0] + "." + parts[1], nil
}

// EtcdDowngradeValidate says whether all members could go back to a version.
func (s *machineService) EtcdDowngradeValidate(ctx context.Context, req *machine.EtcdDowngradeValidateRequest) (*machine.EtcdDowngradeValidateResponse, error) {
	version, err := downgradeTo(req.GetVersion())
	if err != nil {
		return nil, err
	}

	got, err := s.downgrade(ctx, clientv3.DowngradeValidate, version)
	if err != nil {
		return nil, err
	}

	return &machine.EtcdDowngradeValidateResponse{Messages: []*machine.EtcdDowngradeValidate{{ClusterDowngrade: got}}}, nil
}

// EtcdDowngradeEnable has members write their data so that an older version reads it.
func (s *machineService) EtcdDowngradeEnable(ctx context.Context, req *machine.EtcdDowngradeEnableRequest) (*machine.EtcdDowngradeEnableResponse, error) {
	version, err := downgradeTo(req.GetVersion())
	if err != nil {
		return nil, err
	}

	got, err := s.downgrade(ctx, clientv3.DowngradeEnable, version)
	if err != nil {
		return nil, err
	}

	return &machine.EtcdDowngradeEnableResponse{Messages: []*machine.EtcdDowngradeEnable{{ClusterDowngrade: got}}}, nil
}

// EtcdDowngradeCancel ends a downgrade that is under way.
func (s *machineService) EtcdDowngradeCancel(ctx context.Context, _ *emptypb.Empty) (*machine.EtcdDowngradeCancelResponse, error) {
	got, err := s.downgrade(ctx, clientv3.DowngradeCancel, "")
	if err != nil {
		return nil, err
	}

	return &machine.EtcdDowngradeCancelResponse{Messages: []*machine.EtcdDowngradeCancel{{ClusterDowngrade: got}}}, nil
}
