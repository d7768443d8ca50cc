package talosctl

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/talos-os/talos/api/inspect"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	timeapi "github.com/talos-os/talos/api/time"
)

func (n *fakeNode) DiskUsage(req *machine.DiskUsageRequest, stream grpc.ServerStreamingServer[machine.DiskUsageInfo]) error {
	for _, i := range []*machine.DiskUsageInfo{
		{Name: "/var/lib", RelativeName: "lib", Size: 1234567}, {Name: "/var/run", RelativeName: "run", Error: "permission denied"},
		{Name: "/var", RelativeName: ".", Size: 2e6 + int64(req.GetRecursionDepth())},
	} {
		if err := stream.Send(i); err != nil {
			return err
		}
	}

	return nil
}

func (n *fakeNode) Netstat(_ context.Context, req *machine.NetstatRequest) (*machine.NetstatResponse, error) {
	var out []*machine.ConnectRecord

	if p := req.GetL4Proto(); p.GetTcp() && req.GetFilter() != machine.NetstatRequest_CONNECTED {
		out = append(out, &machine.ConnectRecord{
			L4Proto: "tcp", Localip: "0.0.0.0", Localport: 50000, Remoteip: "0.0.0.0", State: machine.ConnectRecord_LISTEN,
			Process: &machine.ConnectRecord_Process{Pid: 7, Name: "apid"}, Uid: 50, Inode: 99,
		})
	}

	if p := req.GetL4Proto(); p.GetTcp6() && req.GetFilter() != machine.NetstatRequest_LISTENING {
		out = append(out, &machine.ConnectRecord{
			L4Proto: "tcp6", Localip: "::1", Localport: 6443, Remoteip: "::1", Remoteport: 40000, State: machine.ConnectRecord_ESTABLISHED,
			Tr: machine.ConnectRecord_KEEPALIVE, Timerwhen: 250,
		})
	}

	return &machine.NetstatResponse{Messages: []*machine.Netstat{{Connectrecord: out}}}, nil
}

func (n *fakeNode) EtcdDowngradeValidate(_ context.Context, req *machine.EtcdDowngradeValidateRequest) (*machine.EtcdDowngradeValidateResponse, error) {
	if req.GetVersion() != "3.6" {
		return nil, status.Error(codes.InvalidArgument, "not a version of etcd")
	}

	return &machine.EtcdDowngradeValidateResponse{Messages: []*machine.EtcdDowngradeValidate{{
		ClusterDowngrade: &machine.EtcdClusterDowngrade{ClusterVersion: "3.7.0"},
	}}}, nil
}

func (n *fakeNode) EtcdDowngradeCancel(context.Context, *emptypb.Empty) (*machine.EtcdDowngradeCancelResponse, error) {
	return &machine.EtcdDowngradeCancelResponse{Messages: []*machine.EtcdDowngradeCancel{{
		ClusterDowngrade: &machine.EtcdClusterDowngrade{ClusterVersion: "3.7.0"},
	}}}, nil
}

type fakeTime struct {
	timeapi.UnimplementedTimeServiceServer
}

func (fakeTime) Time(ctx context.Context, _ *emptypb.Empty) (*timeapi.TimeResponse, error) {
	return fakeTime{}.TimeCheck(ctx, &timeapi.TimeRequest{Server: "time.example.org"})
}

func (fakeTime) TimeCheck(_ context.Context, req *timeapi.TimeRequest) (*timeapi.TimeResponse, error) {
	now := time.Unix(1_700_000_000, 0)

	return &timeapi.TimeResponse{Messages: []*timeapi.Time{{
		Server: req.GetServer(), Localtime: timestamppb.New(now), Remotetime: timestamppb.New(now.Add(-1500 * time.Millisecond)),
	}}}, nil
}

type fakeInspect struct {
	inspect.UnimplementedInspectServiceServer
}

func (fakeInspect) ControllerRuntimeDependencies(context.Context, *emptypb.Empty) (*inspect.ControllerRuntimeDependenciesResponse, error) {
	return &inspect.ControllerRuntimeDependenciesResponse{Messages: []*inspect.ControllerRuntimeDependency{{Edges: []*inspect.ControllerDependencyEdge{
		{ControllerName: "a.Reader", EdgeType: inspect.DependencyEdgeType_INPUT_WEAK, ResourceType: "Links", ResourceId: "eth0"},
		{ControllerName: "a.Writer", EdgeType: inspect.DependencyEdgeType_OUTPUT_SHARED, ResourceType: "Links"},
		{ControllerName: "a.Writer", EdgeType: inspect.DependencyEdgeType_INPUT_STRONG, ResourceType: "Links"},
	}}}}, nil
}

type fakeStorage struct {
	storage.UnimplementedStorageServiceServer
}

func (fakeStorage) BlockDeviceWipe(_ context.Context, req *storage.BlockDeviceWipeRequest) (*storage.BlockDeviceWipeResponse, error) {
	for _, d := range req.GetDevices() {
		if d.GetDevice() == "sda" && !d.GetSkipVolumeCheck() {
			return nil, status.Error(codes.FailedPrecondition, `/dev/sda is in use by volume "STATE"`)
		}

		if d.GetDropPartition() != (d.GetMethod() == storage.BlockDeviceWipeDescriptor_ZEROES) {
			return nil, status.Error(codes.InvalidArgument, "flags are mixed up")
		}
	}

	return &storage.BlockDeviceWipeResponse{Messages: []*storage.BlockDeviceWipe{{}}}, nil
}
