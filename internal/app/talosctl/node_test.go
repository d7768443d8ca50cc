package talosctl

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"github.com/cosi-project/runtime/pkg/resource/protobuf"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/inspect"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	timeapi "github.com/talos-os/talos/api/time"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// fakeNode is a node behind an endpoint: it answers for 10.0.0.2 and 10.0.0.3,
// knows that 10.0.0.9 is down, and refuses what a node would refuse. Its resources
// are as they are on the wire: talosctl knows no kinds.
type fakeNode struct {
	machine.UnimplementedMachineServiceServer

	t      testing.TB
	state  state.State
	mu     sync.Mutex
	boot   int
	events chan *machine.Event
	down   bool
	// services is the state of the kubelet.
	services, kubeconfig string
	healthy              bool
}

// startNode returns a node, its address and a talosconfig for it.
func startNode(t testing.TB) (n *fakeNode, address string, talosconfigFile []byte) {
	t.Helper()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	ca := certtest.NewCA(t, "talos")
	n = &fakeNode{t: t, services: "Failed", kubeconfig: freshKubeconfig, state: state.WrapCore(inmem.NewState("any")), events: make(chan *machine.Event, 100)}
	n.fill(t)

	srv := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(&tls.Config{
			Certificates: []tls.Certificate{certtest.TLS(t, ca.Server(t, "127.0.0.1"))},
			ClientCAs:    ca.Pool(), ClientAuth: tls.VerifyClientCertIfGiven,
		})),
		grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, h grpc.UnaryHandler) (any, error) {
			if err := n.refuse(ctx); err != nil {
				return nil, err
			}

			return h(ctx, req)
		}),
		grpc.StreamInterceptor(func(s any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, h grpc.StreamHandler) error {
			if err := n.refuse(stream.Context()); err != nil {
				return err
			}

			return h(s, stream)
		}),
	)
	machine.RegisterMachineServiceServer(srv, n)
	machine.RegisterImageServiceServer(srv, fakeImages{})
	timeapi.RegisterTimeServiceServer(srv, fakeTime{})
	inspect.RegisterInspectServiceServer(srv, fakeInspect{})
	storage.RegisterStorageServiceServer(srv, fakeStorage{})
	v1alpha1.RegisterStateServer(srv, server.NewState(n.state))

	go srv.Serve(listener) //nolint:errcheck // ends with Stop

	t.Cleanup(srv.Stop)

	pair := ca.Client(t, []string{"os:admin"})
	c := &talosconfig.Context{Endpoints: []string{listener.Addr().String()}, Nodes: []string{"10.0.0.2"}}
	c.SetCertificate(ca.PEM, pair.Crt, pair.Key)

	raw, err := (&talosconfig.Config{Context: "test", Contexts: map[string]*talosconfig.Context{"test": c}}).Encode()
	if err != nil {
		t.Fatal(err)
	}

	return n, listener.Addr().String(), raw
}

func (n *fakeNode) refuse(ctx context.Context) error {
	md, _ := metadata.FromIncomingContext(ctx)

	n.mu.Lock()
	defer n.mu.Unlock()

	if n.down || strings.Join(md["node"], "") == "10.0.0.9" {
		return status.Error(codes.Unavailable, `connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:50000: connect: no route to host"`)
	}

	return nil
}

func (n *fakeNode) fill(t testing.TB) {
	t.Helper()

	for _, s := range []spec.ResourceDefinitionSpec{
		{Type: "AddressStatuses.net.talos.dev", DefaultNamespace: "network", Aliases: []string{"address", "addresses"}, PrintColumns: []spec.PrintColumn{{Name: "Address", JSONPath: "{.address}"}, {Name: "Link", JSONPath: "{.linkName}"}}},
		{Type: "AddressSpecs.net.talos.dev", DefaultNamespace: "network"},
		{Type: "BootIDs.runtime.talos.dev", DefaultNamespace: "runtime", Aliases: []string{"same"}, PrintColumns: []spec.PrintColumn{{Name: "Boot ID", JSONPath: "{.bootID}"}}},
		{Type: "MachineStatuses.runtime.talos.dev", DefaultNamespace: "runtime", Aliases: []string{"same"}},
	} {
		rd, err := meta.NewResourceDefinition(s)
		if err != nil {
			t.Fatal(err)
		}

		if err = n.state.Create(t.Context(), rd); err != nil {
			t.Fatal(err)
		}
	}

	n.put(t, "network", "AddressStatuses.net.talos.dev", "eth0/10.0.0.2/24", "address: 10.0.0.2/24\nlinkName: eth0\nfamily: inet4\n")
	n.put(t, "network", "AddressStatuses.net.talos.dev", "lo/127.0.0.1/8", "address: 127.0.0.1/8\nlinkName: lo\nfamily: inet4\n")
	n.put(t, "runtime", "BootIDs.runtime.talos.dev", "boot-id", "bootID: boot-0\n")
	n.setConfig(t, nodeConfig)
	n.put(t, "runtime", "MachineStatuses.runtime.talos.dev", "machine", "stage: running\nstatus: {ready: true, unmetConditions: []}\n")
}

// put makes or changes a resource; its content is YAML.
func (n *fakeNode) put(t testing.TB, namespace, typ, id, content string) {
	r, err := protobuf.Unmarshal(&v1alpha1.Resource{
		Metadata: &v1alpha1.Metadata{
			Namespace: namespace, Type: typ, Id: id, Version: "1", Phase: "running", Owner: "test",
			Created: timestamppb.New(time.Unix(1e9, 0)), Updated: timestamppb.New(time.Unix(1e9, 0)),
		},
		Spec: &v1alpha1.Spec{YamlSpec: content},
	})
	if err != nil {
		t.Error(err)

		return
	}

	ctx := context.Background()

	if _, err = n.state.Get(ctx, r.Metadata()); err == nil {
		err = n.state.Destroy(ctx, r.Metadata(), state.WithDestroyOwner("test"))
	} else {
		err = nil
	}

	if err == nil {
		err = n.state.Create(ctx, r, state.WithCreateOwner("test"))
	}

	if err != nil {
		t.Error(err)
	}
}

var _ resource.Resource = (*protobuf.Resource)(nil)

func (n *fakeNode) Version(context.Context, *emptypb.Empty) (*machine.VersionResponse, error) {
	return &machine.VersionResponse{Messages: []*machine.Version{{
		Version:  &machine.VersionInfo{Tag: "v1.14.9", Sha: "abc", Built: "today", GoVersion: "go1.30", Os: "linux", Arch: "arm64"},
		Features: &machine.FeaturesInfo{Rbac: true}, Platform: &machine.PlatformInfo{Name: "metal"},
	}}}, nil
}

func (n *fakeNode) ServiceList(context.Context, *emptypb.Empty) (*machine.ServiceListResponse, error) {
	event := func(state, msg string) *machine.ServiceEvent {
		return &machine.ServiceEvent{State: state, Msg: msg, Ts: timestamppb.New(time.Now().Add(-time.Hour))}
	}

	n.mu.Lock()
	defer n.mu.Unlock()

	return &machine.ServiceListResponse{Messages: []*machine.ServiceList{{Services: []*machine.ServiceInfo{
		{Id: "kubelet", State: n.services, Health: &machine.ServiceHealth{Healthy: n.healthy, LastMessage: "connection refused"}, Events: &machine.ServiceEvents{Events: []*machine.ServiceEvent{
			event("Running", "Started"), event("Failed", "exit status 1"),
		}}},
		{Id: "apid", State: "Running", Health: &machine.ServiceHealth{Healthy: true}, Events: &machine.ServiceEvents{Events: []*machine.ServiceEvent{event("Running", "Health check successful")}}},
	}}}}, nil
}

func (n *fakeNode) ServiceRestart(_ context.Context, req *machine.ServiceRestartRequest) (*machine.ServiceRestartResponse, error) {
	if req.GetId() != "kubelet" {
		return nil, fmt.Errorf("service %q doesn't support restart operation via API", req.GetId())
	}

	return &machine.ServiceRestartResponse{Messages: []*machine.ServiceRestart{{Resp: `Service "kubelet" restarted`}}}, nil
}

func (n *fakeNode) MetaWrite(context.Context, *machine.MetaWriteRequest) (*machine.MetaWriteResponse, error) {
	return nil, status.Error(codes.PermissionDenied, "not authorized")
}

func (n *fakeNode) Logs(req *machine.LogsRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	// Where an item ends means nothing.
	for _, part := range []string{"one\ntw", "o\n", req.GetNamespace() + " " + req.GetId()} {
		if err := stream.Send(&common.Data{Bytes: []byte(part)}); err != nil {
			return err
		}
	}

	return nil
}

func (n *fakeNode) Read(req *machine.ReadRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	if req.GetPath() != "/proc/cmdline" {
		return status.Errorf(codes.NotFound, "stat %s: no such file or directory", req.GetPath())
	}

	return stream.Send(&common.Data{Bytes: []byte("quiet\n")})
}

func archive(entries ...*tar.Header) []byte {
	var out bytes.Buffer

	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)

	for _, h := range entries {
		content := []byte(h.Linkname)
		if h.Typeflag == tar.TypeReg {
			h.Linkname, h.Size = "", int64(len(content))
		}

		w.WriteHeader(h) //nolint:errcheck // into memory

		if h.Typeflag == tar.TypeReg {
			w.Write(content) //nolint:errcheck
		}
	}

	w.Flush()   //nolint:errcheck // not closed: that is what nodes do
	zip.Close() //nolint:errcheck

	return out.Bytes()
}

func (n *fakeNode) Copy(req *machine.CopyRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	entries := []*tar.Header{
		{Name: ".", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "sub", Typeflag: tar.TypeDir, Mode: 0o500},
		{Name: "sub/file", Typeflag: tar.TypeReg, Mode: 0o640, Linkname: "content\n"},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "sub/file"},
	}

	if req.GetRootPath() == "/evil" {
		entries = append(entries, &tar.Header{Name: "up", Typeflag: tar.TypeSymlink, Linkname: ".."},
			&tar.Header{Name: "up/escaped", Typeflag: tar.TypeReg, Mode: 0o600, Linkname: "x"})
	}

	return stream.Send(&common.Data{Bytes: archive(entries...)})
}

func (n *fakeNode) Kubeconfig(_ *emptypb.Empty, stream grpc.ServerStreamingServer[common.Data]) error {
	return stream.Send(&common.Data{Bytes: archive(&tar.Header{Name: "kubeconfig", Typeflag: tar.TypeReg, Mode: 0o600, Linkname: n.kubeconfig})})
}

func (n *fakeNode) List(req *machine.ListRequest, stream grpc.ServerStreamingServer[machine.FileInfo]) error {
	for _, f := range []*machine.FileInfo{
		{Name: req.GetRoot(), RelativeName: ".", Mode: uint32(fs.ModeDir | 0o755), IsDir: true, Size: 4096, Modified: 1e9},
		{Name: "x", RelativeName: "hosts", Mode: 0o644, Size: 1234567, Modified: 1e9, Uid: 50},
		{Name: "y", RelativeName: "mtab", Mode: uint32(fs.ModeSymlink | 0o777), Link: "/proc/mounts", Modified: 1e9},
		{Name: "/etc/z", RelativeName: "z", Error: "permission denied"},
	} {
		if err := stream.Send(f); err != nil {
			return err
		}
	}

	return nil
}

func (n *fakeNode) Containers(_ context.Context, req *machine.ContainersRequest) (*machine.ContainersResponse, error) {
	return &machine.ContainersResponse{Messages: []*machine.Container{{Containers: []*machine.ContainerInfo{
		{Namespace: req.GetNamespace(), Id: "kube-system/dns:coredns:abc", PodId: "kube-system/dns", Image: "coredns:v1", Pid: 7, Status: "CONTAINER_RUNNING"},
		{Namespace: req.GetNamespace(), Id: "kube-system/dns", PodId: "kube-system/dns", Image: "pause:3", Pid: 6, Status: "SANDBOX_READY"},
	}}}}, nil
}

func (n *fakeNode) Processes(context.Context, *emptypb.Empty) (*machine.ProcessesResponse, error) {
	return &machine.ProcessesResponse{Messages: []*machine.Process{{Processes: []*machine.ProcessInfo{
		{Pid: 2, State: "S", Threads: 1, Command: "kthreadd", CpuTime: 9},
		{Pid: 1, State: "S", Threads: 12, Executable: "/usr/bin/init", Args: "/sbin/init\x00--flag", ResidentMemory: 50e6, VirtualMemory: 2e9, CpuTime: 1.5},
	}}}}, nil
}

func (n *fakeNode) Memory(context.Context, *emptypb.Empty) (*machine.MemoryResponse, error) {
	return &machine.MemoryResponse{Messages: []*machine.Memory{{Meminfo: &machine.MemInfo{
		Memtotal: 2048 << 10, Memfree: 1024 << 10, Cached: 256 << 10, Buffers: 256 << 10, Memavailable: 1500 << 10,
	}}}}, nil
}

func (n *fakeNode) Mounts(context.Context, *emptypb.Empty) (*machine.MountsResponse, error) {
	return &machine.MountsResponse{Messages: []*machine.Mounts{{Stats: []*machine.MountStat{
		{Filesystem: "/dev/vda4", Size: 10e9, Available: 7.5e9, MountedOn: "/var"}, {Filesystem: "proc", MountedOn: "/proc"},
	}}}}, nil
}

func (n *fakeNode) EtcdMemberList(context.Context, *machine.EtcdMemberListRequest) (*machine.EtcdMemberListResponse, error) {
	return &machine.EtcdMemberListResponse{Messages: []*machine.EtcdMembers{{Members: []*machine.EtcdMember{
		{Id: 0xa49c021e76e707db, Hostname: "cp1", PeerUrls: []string{"https://10.0.0.2:2380"}, ClientUrls: []string{"https://10.0.0.2:2379"}},
	}}}}, nil
}

func (n *fakeNode) EtcdStatus(context.Context, *emptypb.Empty) (*machine.EtcdStatusResponse, error) {
	return &machine.EtcdStatusResponse{Messages: []*machine.EtcdStatus{{MemberStatus: &machine.EtcdMemberStatus{
		MemberId: 0xa49c021e76e707db, Leader: 0xa49c021e76e707db, DbSize: 17e6, DbSizeInUse: 4.5e6, RaftIndex: 5, RaftTerm: 4, RaftAppliedIndex: 5, StorageVersion: "3.7.0", ProtocolVersion: "3.7.3",
	}}}}, nil
}

func (n *fakeNode) EtcdSnapshot(_ *machine.EtcdSnapshotRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	return stream.Send(&common.Data{Bytes: bytes.Repeat([]byte("x"), 2000)})
}

func (n *fakeNode) GenerateClientConfiguration(_ context.Context, req *machine.GenerateClientConfigurationRequest) (*machine.GenerateClientConfigurationResponse, error) {
	return &machine.GenerateClientConfigurationResponse{Messages: []*machine.GenerateClientConfiguration{{
		Talosconfig: []byte(fmt.Sprintf("context: new\n# %v %s\n", req.GetRoles(), req.GetCrtTtl().AsDuration())),
	}}}, nil
}

// Reboot tells its phases, is away for a moment, and comes back as another boot.
func (n *fakeNode) Reboot(context.Context, *machine.RebootRequest) (*machine.RebootResponse, error) {
	n.tell("other", &machine.PhaseEvent{Phase: "of somebody else"})
	n.tell("actor", &machine.SequenceEvent{Sequence: "reboot", Action: machine.SequenceEvent_START})
	n.tell("actor", &machine.PhaseEvent{Phase: "stopServices", Action: machine.PhaseEvent_START})
	n.tell("actor", &machine.TaskEvent{Task: "stopEtcd", Action: machine.TaskEvent_START})
	n.tell("actor", &machine.PhaseEvent{Phase: "stopServices", Action: machine.PhaseEvent_STOP})
	close(n.events)

	go func() {
		n.set(true)
		time.Sleep(200 * time.Millisecond)

		n.mu.Lock()
		n.boot++
		n.mu.Unlock()

		t := &testing.T{}
		n.put(t, "runtime", "BootIDs.runtime.talos.dev", "boot-id", fmt.Sprintf("bootID: boot-%d\n", n.boot))
		n.put(t, "runtime", "MachineStatuses.runtime.talos.dev", "machine", "stage: booting\nstatus: {ready: false, unmetConditions: [{name: time, reason: not in sync}]}\n")
		n.set(false)
		time.Sleep(200 * time.Millisecond)
		n.put(t, "runtime", "MachineStatuses.runtime.talos.dev", "machine", "stage: running\nstatus: {ready: true, unmetConditions: []}\n")
	}()

	return &machine.RebootResponse{Messages: []*machine.Reboot{{ActorId: "actor"}}}, nil
}

// Shutdown is refused by a sequence that runs already; the call succeeds.
func (n *fakeNode) Shutdown(context.Context, *machine.ShutdownRequest) (*machine.ShutdownResponse, error) {
	n.tell("actor", &machine.SequenceEvent{Sequence: "shutdown", Error: &common.Error{Code: common.Code_LOCKED, Message: "locked"}})

	return &machine.ShutdownResponse{Messages: []*machine.Shutdown{{ActorId: "actor"}}}, nil
}

// Reset is for administrators, and through the tunnel, which this one is at the end of.
func (n *fakeNode) Reset(_ context.Context, req *machine.ResetRequest) (*machine.ResetResponse, error) {
	if req.GetMode() == machine.ResetRequest_USER_DISKS {
		return nil, status.Error(codes.PermissionDenied, "not authorized")
	}

	n.tell("actor", &machine.PhaseEvent{Phase: fmt.Sprint("wipe ", req.GetSystemPartitionsToWipe(), req.GetGraceful()), Action: machine.PhaseEvent_START})
	close(n.events)
	n.set(true)

	return &machine.ResetResponse{Messages: []*machine.Reset{{ActorId: "actor"}}}, nil
}

func (n *fakeNode) set(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()

	n.down = down
}

func (n *fakeNode) tell(actor string, payload proto.Message) {
	value, _ := proto.Marshal(payload) //nolint:errcheck // of our own making

	n.events <- &machine.Event{Id: "id", ActorId: actor, Data: &anypb.Any{
		TypeUrl: "talos/runtime/" + string(payload.ProtoReflect().Descriptor().FullName()), Value: value,
	}}
}

func (n *fakeNode) Events(req *machine.EventsRequest, stream grpc.ServerStreamingServer[machine.Event]) error {
	if err := stream.Send(&machine.Event{Data: &anypb.Any{}}); err != nil {
		return err
	}

	if req.GetTailEvents() != 0 { // history, and then no more of it
		for _, payload := range []proto.Message{
			&machine.ServiceStateEvent{Service: "etcd", Action: machine.ServiceStateEvent_RUNNING, Message: "Started", Health: &machine.ServiceHealth{Healthy: true}},
			&machine.MachineStatusEvent{Stage: machine.MachineStatusEvent_RUNNING, Status: &machine.MachineStatusEvent_MachineStatus{Ready: true}},
		} {
			n.tell("", payload)
			stream.Send(<-n.events) //nolint:errcheck // the client sees it
		}

		return stream.Send(&machine.Event{Id: "id", Data: &anypb.Any{TypeUrl: "talos/runtime/machine.FutureEvent"}})
	}

	for {
		select {
		case <-stream.Context().Done():
			return nil
		case ev, ok := <-n.events:
			if !ok {
				return status.Error(codes.Unavailable, "going down")
			}

			if err := stream.Send(ev); err != nil {
				return err
			}
		}
	}
}

type fakeImages struct {
	machine.UnimplementedImageServiceServer
}

func (fakeImages) List(req *machine.ImageServiceListRequest, stream grpc.ServerStreamingServer[machine.ImageServiceListResponse]) error {
	return stream.Send(&machine.ImageServiceListResponse{
		Name: "pause:" + req.GetContainerd().GetNamespace().String(), Digest: "sha256:1", Size: 300_000, CreatedAt: timestamppb.New(time.Unix(1e9, 0)),
	})
}

func (fakeImages) Pull(req *machine.ImageServicePullRequest, stream grpc.ServerStreamingServer[machine.ImageServicePullResponse]) error {
	for _, s := range []machine.ImageServicePullLayerProgress_Status{0, 0, 1} {
		stream.Send(&machine.ImageServicePullResponse{Response: &machine.ImageServicePullResponse_PullProgress{PullProgress: &machine.ImageServicePullProgress{ //nolint:errcheck
			LayerId: "layer", Progress: &machine.ImageServicePullLayerProgress{Status: s},
		}}})
	}

	return stream.Send(&machine.ImageServicePullResponse{Response: &machine.ImageServicePullResponse_Name{Name: req.GetImageRef()}})
}
