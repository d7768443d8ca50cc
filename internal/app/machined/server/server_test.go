package server

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/resource"
	cosimeta "github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/events"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	resruntime "github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// pretended is a service whose process is this test, so that the socket takes
// the test for apid.
type pretended struct{}

func (pretended) String() string { return "this test" }

func (pretended) Run(ctx context.Context, up func(int)) error {
	up(os.Getpid())
	<-ctx.Done()

	return nil
}

type fakeSequencer struct{ calls []string }

func (f *fakeSequencer) Reboot(_ context.Context, mode machine.RebootRequest_Mode) (string, error) {
	f.calls = append(f.calls, "reboot "+mode.String())

	return "actor", nil
}

func (f *fakeSequencer) Shutdown(_ context.Context, force bool) (string, error) {
	f.calls = append(f.calls, fmt.Sprint("shutdown ", force))

	return "actor", nil
}

func (f *fakeSequencer) Reset(context.Context, *machine.ResetRequest) (string, error) {
	return "", errors.New("nothing is installed")
}

type fakePlatform struct{ mode string }

func (fakePlatform) Name() string   { return "metal" }
func (p fakePlatform) Mode() string { return p.mode }

type fakeEtcd struct{ err error }

func (f *fakeEtcd) Bootstrap(context.Context, etcdctl.BootstrapOptions) error { return f.err }

type node struct {
	t       *testing.T
	deps    Deps
	dir     string
	client  machine.MachineServiceClient
	state   v1alpha1.StateClient
	seq     *fakeSequencer
	applier *configctl.Applier
	etcd    *fakeEtcd
}

func start(t *testing.T, change ...func(*Deps)) *node {
	t.Helper()

	st := state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState { return inmem.Build(ns) }))

	for _, g := range []*kinds.Group{network.Kinds, secrets.Kinds, machineconfig.Kinds, resruntime.Kinds} {
		for _, k := range g.Kinds() {
			rd, err := cosimeta.NewResourceDefinition(k.ResourceDefinition())
			if err == nil {
				err = st.Create(t.Context(), rd)
			}

			if err != nil {
				t.Fatal(err)
			}
		}
	}

	for _, ns := range []string{"network", "secrets", "config", "runtime", "meta"} {
		if err := st.Create(t.Context(), cosimeta.NewNamespace(ns, cosimeta.NamespaceSpec{})); err != nil {
			t.Fatal(err)
		}
	}

	hub := events.NewHub()
	n := &node{t: t, dir: t.TempDir(), seq: &fakeSequencer{}, applier: configctl.NewApplier(st), etcd: &fakeEtcd{}}
	n.deps = Deps{
		State: st, Events: hub, Logs: logs.NewManager(), Services: services.NewManager(hub), Sequencer: n.seq,
		Applier: n.applier, Meta: meta.NewStore(), Etcd: n.etcd,
		CRI:      criclient.New(filepath.Join(n.dir, "nobody.sock"), "", nil),
		Platform: fakePlatform{"metal"}, Dir: n.dir,
	}

	for _, c := range change {
		c(&n.deps)
	}

	n.deps.Services.Load(
		services.Service{ID: "apid", Runner: services.Fixed(pretended{})},
		services.Service{ID: "kubelet", Runner: services.Fixed(services.Builtin{}), Controls: services.Controls{Start: true, Restart: true}},
	)

	if err := n.deps.Services.Start("apid"); err != nil {
		t.Fatal(err)
	}

	srv, err := New(n.deps)
	if err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)

	go func() { ended <- srv.Run(ctx) }()

	t.Cleanup(func() {
		cancel()
		<-ended
		n.deps.Services.StopAll(context.Background()) //nolint:errcheck
	})

	conn := n.dial("machined/machine.sock")
	n.client, n.state = machine.NewMachineServiceClient(conn), v1alpha1.NewStateClient(conn)

	return n
}

func (n *node) dial(socket string) *grpc.ClientConn {
	n.t.Helper()

	path := filepath.Join(n.dir, socket)

	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("unix", path)
		if err == nil {
			c.Close() //nolint:errcheck

			break
		}

		if time.Now().After(deadline) {
			n.t.Fatal(err)
		}
	}

	conn, err := grpc.NewClient("unix:"+path, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		n.t.Fatal(err)
	}

	n.t.Cleanup(func() { conn.Close() }) //nolint:errcheck

	return conn
}

func as(ctx context.Context, roles ...string) context.Context {
	for _, r := range roles {
		ctx = metadata.AppendToOutgoingContext(ctx, authz.MetadataKey, r)
	}

	return ctx
}

func (n *node) admin() context.Context { return as(n.t.Context(), "os:admin") }

func wantCode(t *testing.T, what string, err error, code codes.Code, text string) {
	t.Helper()

	if status.Code(err) != code || (err != nil && !strings.Contains(err.Error(), text)) {
		t.Errorf("%s: got %v, want %s with %q", what, err, code, text)
	}
}

func TestRolesAndUnimplemented(t *testing.T) {
	t.Parallel()

	n := start(t)

	_, err := n.client.Version(as(t.Context(), "os:reader"), &emptypb.Empty{})
	wantCode(t, "reader reads", err, codes.OK, "")

	_, err = n.client.Version(t.Context(), &emptypb.Empty{})
	wantCode(t, "nobody reads", err, codes.PermissionDenied, "not authorized")

	_, err = n.client.Reset(as(t.Context(), "os:operator"), &machine.ResetRequest{})
	wantCode(t, "operator resets", err, codes.PermissionDenied, "not authorized")

	_, err = n.client.Upgrade(n.admin(), &machine.UpgradeRequest{}) //nolint:staticcheck // old clients call it
	wantCode(t, "upgrade", err, codes.Unimplemented, "Upgrade")

	_, err = n.client.Rollback(n.admin(), &machine.RollbackRequest{})
	wantCode(t, "rollback", err, codes.Unimplemented, "Rollback")
}

func TestVersionTellsWhetherThereIsAConfig(t *testing.T) {
	t.Parallel()

	n := start(t)

	v, err := n.client.Version(n.admin(), &emptypb.Empty{})
	if err != nil || v.Messages[0].Features != nil || v.Messages[0].Platform.Mode != "metal" || v.Messages[0].Metadata != nil {
		t.Fatalf("got %v, %v", v, err)
	}

	n.configure()

	if v, err = n.client.Version(n.admin(), &emptypb.Empty{}); err != nil || !v.Messages[0].Features.GetRbac() {
		t.Errorf("got %v, %v", v, err)
	}
}

func (n *node) configure() {
	n.t.Helper()

	cfg, err := config.Load([]byte(testConfig))
	if err != nil {
		n.t.Fatal(err)
	}

	if err = n.applier.Apply(n.t.Context(), cfg, configctl.Immediate, 0); err != nil {
		n.t.Fatal(err)
	}
}

const testCrt = "crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K"

const testConfig = `version: v1alpha1
machine:
  type: worker
  token: abcdef.0123456789abcdef
  ca: {` + testCrt + `}
  install: {disk: /dev/vda}
cluster:
  controlPlane: {endpoint: "https://10.5.0.2:6443"}
  token: abcdef.0123456789abcdef
`

func TestLifecycle(t *testing.T) {
	t.Parallel()

	n := start(t)

	r, err := n.client.Reboot(n.admin(), &machine.RebootRequest{Mode: machine.RebootRequest_FORCE})
	if err != nil || r.Messages[0].ActorId != "actor" {
		t.Errorf("got %v, %v", r, err)
	}

	_, err = n.client.Reset(n.admin(), &machine.ResetRequest{})
	wantCode(t, "reset", err, codes.Unknown, "nothing is installed")

	if got := fmt.Sprint(n.seq.calls); got != "[reboot FORCE]" {
		t.Error(got)
	}

	_, err = n.client.Bootstrap(n.admin(), &machine.BootstrapRequest{})
	wantCode(t, "bootstrap without config", err, codes.FailedPrecondition, "config")

	n.configure()

	for want, cause := range map[codes.Code]error{
		codes.AlreadyExists:      etcdctl.ErrHasData,
		codes.InvalidArgument:    etcdctl.ErrNoCA,
		codes.FailedPrecondition: fmt.Errorf("%w: time", etcdctl.ErrNotReady),
	} {
		n.etcd.err = cause

		_, err = n.client.Bootstrap(n.admin(), &machine.BootstrapRequest{})
		wantCode(t, "bootstrap", err, want, cause.Error())
	}

	_, err = n.client.EtcdMemberList(n.admin(), &machine.EtcdMemberListRequest{})
	if err == nil {
		t.Error("members of an etcd that is not there")
	}
}

func TestServiceControl(t *testing.T) {
	t.Parallel()

	n := start(t)

	_, err := n.client.ServiceStop(n.admin(), &machine.ServiceStopRequest{Id: "kubelet"})
	wantCode(t, "stop", err, codes.Unknown, `service "kubelet" doesn't support stop operation via API`)

	for range 2 { // starting what runs is fine
		_, err = n.client.ServiceStart(n.admin(), &machine.ServiceStartRequest{Id: "kubelet"})
		wantCode(t, "start", err, codes.OK, "")
	}

	_, err = n.client.ServiceStart(n.admin(), &machine.ServiceStartRequest{Id: "nobody"})
	wantCode(t, "unknown", err, codes.NotFound, "nobody")

	list, err := n.client.ServiceList(n.admin(), &emptypb.Empty{})
	if err != nil || len(list.Messages[0].Services) != 2 || list.Messages[0].Services[0].State != "Running" {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()

	n := start(t)

	fmt.Fprint(n.deps.Logs.Open("apid"), strings.Repeat("x", 3000)+"\nlast\n")

	logStream, err := n.client.Logs(n.admin(), &machine.LogsRequest{Namespace: "system", Id: "apid", TailLines: -1})
	if got := receive(t, logStream, err); len(got) != 3006 {
		t.Errorf("got %d bytes", len(got))
	}

	logStream, err = n.client.Logs(n.admin(), &machine.LogsRequest{Namespace: "k8s.io", Id: "kubelet"})
	if _, err = receiveErr(logStream, err); status.Code(err) != codes.NotFound {
		t.Errorf("got %v", err)
	}

	n.deps.Events.Publish("me", &machine.TaskEvent{Task: "x"})

	ctx, cancel := context.WithCancel(n.admin())
	defer cancel()

	follow, err := n.client.Events(ctx, &machine.EventsRequest{TailEvents: -1, WithActorId: "me"})
	if err != nil {
		t.Fatal(err)
	}

	hello, err := follow.Recv()
	if err != nil || hello.GetData().GetTypeUrl() != "" || len(hello.GetData().GetValue()) != 0 {
		t.Errorf("hello: got %v, %v", hello, err)
	}

	ev, err := follow.Recv()
	if err != nil || ev.ActorId != "me" || ev.Data.TypeUrl != "talos/runtime/machine.TaskEvent" || len(ev.Id) != 20 {
		t.Errorf("event: got %v, %v", ev, err)
	}

	bad, err := n.client.Events(n.admin(), &machine.EventsRequest{TailEvents: 1, TailSeconds: 1})
	if err == nil {
		bad.Recv() //nolint:errcheck // the hello

		_, err = bad.Recv()
	}

	wantCode(t, "mixed tails", err, codes.InvalidArgument, "exclude")
}

type dataStream = grpc.ServerStreamingClient[common.Data]

func receive(t *testing.T, s dataStream, err error) []byte {
	t.Helper()

	out, err := receiveErr(s, err)
	if err != nil {
		t.Fatal(err)
	}

	return out
}

func receiveErr(s dataStream, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}

	var out []byte

	for {
		part, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}

		if err != nil {
			return out, err
		}

		if len(part.Bytes) > chunkSize {
			return out, fmt.Errorf("a part of %d bytes", len(part.Bytes))
		}

		out = append(out, part.Bytes...)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()

	n := start(t)
	dir := t.TempDir()

	os.MkdirAll(filepath.Join(dir, "a", "b", "c"), 0o755)                                         //nolint:errcheck
	os.WriteFile(filepath.Join(dir, "a", "file"), bytes.Repeat([]byte("0123456789"), 500), 0o640) //nolint:errcheck
	os.Symlink("file", filepath.Join(dir, "a", "link"))                                           //nolint:errcheck

	read, err := n.client.Read(n.admin(), &machine.ReadRequest{Path: filepath.Join(dir, "a", "file")})
	if got := receive(t, read, err); len(got) != 5000 {
		t.Errorf("read %d bytes", len(got))
	}

	read, err = n.client.Read(n.admin(), &machine.ReadRequest{Path: dir})
	_, err = receiveErr(read, err)
	wantCode(t, "read a directory", err, codes.InvalidArgument, "not a regular file")

	read, err = n.client.Read(n.admin(), &machine.ReadRequest{Path: filepath.Join(dir, "gone")})
	_, err = receiveErr(read, err)
	wantCode(t, "read what is not there", err, codes.NotFound, "gone")

	for _, tt := range []struct {
		name string
		req  *machine.ListRequest
		want string
	}{
		{"one level", &machine.ListRequest{}, ". a"},
		{"all", &machine.ListRequest{Recurse: true}, ". a a/b a/b/c a/file a/link"},
		{"two levels", &machine.ListRequest{Recurse: true, RecursionDepth: 2}, ". a a/b a/file a/link"},
		{"links", &machine.ListRequest{Recurse: true, Types: []machine.ListRequest_Type{machine.ListRequest_SYMLINK}}, "a/link"},
	} {
		tt.req.Root = dir

		stream, err := n.client.List(n.admin(), tt.req)
		if err != nil {
			t.Fatal(err)
		}

		var got []string

		for {
			f, err := stream.Recv()
			if err != nil {
				break
			}

			got = append(got, f.RelativeName)

			if f.RelativeName == "a/file" && (f.Size != 5000 || f.Mode != 0o640 || f.IsDir) || f.RelativeName == "a/link" && f.Link != "file" {
				t.Errorf("got %v", f)
			}
		}

		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}

	archive, err := n.client.Copy(n.admin(), &machine.CopyRequest{RootPath: dir})
	if got := names(t, receive(t, archive, err)); got != ". a a/b a/b/c a/file a/link" {
		t.Errorf("archive: got %q", got)
	}
}

func names(t *testing.T, archive []byte) string {
	t.Helper()

	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}

	var out []string

	for r := tar.NewReader(zipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, " ")
		}

		if err != nil {
			t.Fatal(err)
		}

		out = append(out, strings.TrimSuffix(h.Name, "/"))
	}
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()

	n := start(t)

	stream, err := n.client.Kubeconfig(n.admin(), &emptypb.Empty{})
	_, err = receiveErr(stream, err)
	wantCode(t, "none", err, codes.FailedPrecondition, "control plane")

	res := secrets.KubernetesSecrets.New(secrets.KubernetesID, secrets.KubernetesCertsSpec{AdminKubeconfig: "kind: Config\n"})
	if err = n.deps.State.Create(t.Context(), res); err != nil {
		t.Fatal(err)
	}

	stream, err = n.client.Kubeconfig(n.admin(), &emptypb.Empty{})
	if got := names(t, receive(t, stream, err)); got != "kubeconfig" {
		t.Errorf("got %q", got)
	}
}

func TestMeta(t *testing.T) {
	t.Parallel()

	n := start(t)

	_, err := n.client.MetaWrite(as(t.Context(), "os:meta:writer"), &machine.MetaWriteRequest{Key: 12, Value: []byte("x")})
	wantCode(t, "write", err, codes.OK, "")

	_, err = n.client.MetaWrite(n.admin(), &machine.MetaWriteRequest{Key: 256})
	wantCode(t, "wide key", err, codes.InvalidArgument, "8 bits")

	_, err = n.client.MetaWrite(n.admin(), &machine.MetaWriteRequest{Key: 13, Value: make([]byte, 300<<10)})
	wantCode(t, "too much", err, codes.ResourceExhausted, "")

	_, err = n.client.MetaDelete(n.admin(), &machine.MetaDeleteRequest{Key: 12})
	wantCode(t, "delete", err, codes.OK, "")

	_, err = n.client.MetaDelete(n.admin(), &machine.MetaDeleteRequest{Key: 12})
	wantCode(t, "delete again", err, codes.NotFound, "12")
}

func TestKernelTables(t *testing.T) {
	t.Parallel()

	n := start(t)
	ctx := as(t.Context(), "os:reader")

	if m, err := n.client.Memory(ctx, &emptypb.Empty{}); err != nil || m.Messages[0].Meminfo.Memtotal == 0 || m.Messages[0].Meminfo.Activeanon == 0 {
		t.Errorf("memory: got %v, %v", m, err)
	}

	if s, err := n.client.SystemStat(ctx, &emptypb.Empty{}); err != nil || s.Messages[0].BootTime == 0 || s.Messages[0].CpuTotal.GetIdle() == 0 || len(s.Messages[0].Cpu) == 0 {
		t.Errorf("stat: got %v, %v", s, err)
	}

	if c, err := n.client.CPUInfo(ctx, &emptypb.Empty{}); err != nil || len(c.Messages[0].CpuInfo) == 0 {
		t.Errorf("cpus: got %v, %v", c, err)
	}

	if d, err := n.client.NetworkDeviceStats(ctx, &emptypb.Empty{}); err != nil || len(d.Messages[0].Devices) == 0 {
		t.Errorf("links: got %v, %v", d, err)
	}

	if p, err := n.client.Processes(ctx, &emptypb.Empty{}); err != nil || len(p.Messages[0].Processes) == 0 {
		t.Errorf("processes: got %v, %v", p, err)
	}

	if m, err := n.client.Mounts(ctx, &emptypb.Empty{}); err != nil || len(m.Messages[0].Stats) == 0 {
		t.Errorf("mounts: got %v, %v", m, err)
	}

	if l, err := n.client.LoadAvg(ctx, &emptypb.Empty{}); err != nil {
		t.Errorf("load: got %v, %v", l, err)
	}

	if _, err := n.client.CPUFreqStats(ctx, &emptypb.Empty{}); err != nil {
		t.Errorf("frequencies: %v", err)
	}

	if _, err := n.client.DiskStats(ctx, &emptypb.Empty{}); err != nil {
		t.Errorf("disks: %v", err)
	}
}

func TestState(t *testing.T) {
	t.Parallel()

	n := start(t)

	for _, r := range []resource.Resource{
		network.HostnameStatuses.New("hostname", network.HostnameStatusSpec{Hostname: "a"}),
		secrets.TrustdCertificates.New(secrets.TrustdID, secrets.TrustdCertsSpec{}),
		secrets.ApiCertificates.New(secrets.APIID, secrets.APICertsSpec{}),
	} {
		if err := n.deps.State.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}

	get := func(c v1alpha1.StateClient, ctx context.Context, ns, typ, id string) error {
		_, err := c.Get(ctx, &v1alpha1.GetRequest{Namespace: ns, Type: typ, Id: id})

		return err
	}

	reader := as(t.Context(), "os:reader")
	apid, trustd := v1alpha1.NewStateClient(n.dial("apid/runtime.sock")), v1alpha1.NewStateClient(n.dial("trustd/runtime.sock"))

	const (
		hostnames = "HostnameStatuses.net.talos.dev"
		api       = "ApiCertificates.secrets.talos.dev"
		trust     = "TrustdCertificates.secrets.talos.dev"
	)

	for _, tt := range []struct {
		name string
		err  error
		code codes.Code
		text string
	}{
		{"reader reads", get(n.state, reader, "network", hostnames, "hostname"), codes.OK, ""},
		{"nothing there", get(n.state, reader, "network", hostnames, "x"), codes.NotFound, ""},
		{"reader reads a secret", get(n.state, reader, "secrets", api, "api"), codes.PermissionDenied, "not authorized"},
		{"administrator reads a secret", get(n.state, n.admin(), "secrets", api, "api"), codes.OK, ""},
		{"unknown type", get(n.state, n.admin(), "network", "Nothing.net.talos.dev", "x"), codes.PermissionDenied, `resource type "Nothing.net.talos.dev" is not supported`},
		{"type in another case", get(n.state, n.admin(), "network", strings.ToUpper(hostnames), "x"), codes.PermissionDenied, "is not supported"},
		{"unknown namespace", get(n.state, n.admin(), "nowhere", hostnames, "x"), codes.PermissionDenied, `namespace "nowhere" is not supported`},
		{"apid reads its certificate", get(apid, t.Context(), "secrets", api, "api"), codes.OK, ""},
		{"apid reads trustd's", get(apid, t.Context(), "secrets", trust, "trustd"), codes.PermissionDenied, ""},
		{"apid reads names", get(apid, t.Context(), "network", hostnames, "hostname"), codes.OK, ""},
		{"trustd reads its certificate", get(trustd, t.Context(), "secrets", trust, "trustd"), codes.OK, ""},
		{"trustd reads apid's", get(trustd, t.Context(), "secrets", api, "api"), codes.PermissionDenied, ""},
	} {
		wantCode(t, tt.name, tt.err, tt.code, tt.text)
	}

	_, err := n.state.Destroy(n.admin(), &v1alpha1.DestroyRequest{Namespace: "network", Type: hostnames, Id: "hostname"})
	wantCode(t, "administrator writes", err, codes.PermissionDenied, "write access is not allowed")

	info, err := os.Stat(filepath.Join(n.dir, "apid", "runtime.sock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
}
