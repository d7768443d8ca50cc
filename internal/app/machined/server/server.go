// Package server answers the node's API on unix sockets: apid stands before it
// for the network, the node's own services call it directly.
//
// A handler checks the request, reads or writes state, and returns; the work is
// a controller's, a service's or a sequence's. One file is one area of the API.
// Methods that are not there answer Unimplemented with their name.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/state"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // clients may compress
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/api/cluster"
	"github.com/talos-os/talos/api/inspect"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	timeapi "github.com/talos-os/talos/api/time"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/events"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/users"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// Sequencer runs the procedures that end a machine's run. Each call returns the
// ID that its events carry, before the work starts.
type Sequencer interface {
	Reboot(ctx context.Context, mode machine.RebootRequest_Mode) (actorID string, err error)
	Shutdown(ctx context.Context, force bool) (actorID string, err error)
	Reset(ctx context.Context, req *machine.ResetRequest) (actorID string, err error)
}

// Applier writes machine configs.
type Applier interface {
	Active(ctx context.Context) (*config.Config, error)
	Check(ctx context.Context, cfg *config.Config, mode configctl.Mode) error
	Apply(ctx context.Context, cfg *config.Config, mode configctl.Mode, tryTimeout time.Duration) error
}

// Bootstrapper makes a node found an etcd cluster.
type Bootstrapper interface {
	Bootstrap(ctx context.Context, opts etcdctl.BootstrapOptions) error
}

// Meta is the store of META values.
type Meta interface {
	Read(tag meta.Tag) ([]byte, bool)
	Write(tag meta.Tag, value []byte) error
	Delete(tag meta.Tag) bool
	Flush() error
}

// Platform says where the node runs.
type Platform interface {
	Name() string
	Mode() string
}

// Deps are what the API is made of.
type Deps struct {
	State     state.State
	Events    *events.Hub
	Logs      *logs.Manager
	Services  *services.Manager
	Sequencer Sequencer
	Applier   Applier
	Meta      Meta
	Etcd      Bootstrapper
	CRI       *criclient.Client
	Platform  Platform
	// Check looks at a config with the machine at hand, disks for one, before it
	// is applied; optional.
	Check func(ctx context.Context, cfg *config.Config) (warnings []string, err error)
	// Dependencies tells what the controllers read and write; optional.
	Dependencies func() (*controller.DependencyGraph, error)
	// Dir is where the sockets are; SocketDir if empty.
	Dir string
}

// SocketDir has the sockets, each in a directory of its own.
const SocketDir = "/system/run"

// Server is machined's API.
type Server struct {
	deps Deps
}

type socket struct {
	path string
	// uid may connect, besides root.
	uid    int
	server *grpc.Server
}

// New makes a server. It listens when it runs.
func New(d Deps) (*Server, error) {
	if d.Dir == "" {
		d.Dir = SocketDir
	}

	return &Server{deps: d}, nil
}

// Run serves all sockets until the context ends or one of them fails.
func (s *Server) Run(ctx context.Context) error {
	denials := denial.New(slog.Default())

	sockets := []socket{
		{filepath.Join(s.deps.Dir, "machined", "machine.sock"), users.Apid, s.machineServer(denials)},
		{filepath.Join(s.deps.Dir, "apid", "runtime.sock"), users.Apid, s.stateServer(denials, users.Apid, apidReads)},
		{filepath.Join(s.deps.Dir, "trustd", "runtime.sock"), users.Trustd, s.stateServer(denials, users.Trustd, trustdReads)},
	}

	failed := make(chan error, len(sockets))

	for _, sock := range sockets {
		listener, err := sock.listen()
		if err != nil {
			stop(sockets)

			return err
		}

		go func() { failed <- fmt.Errorf("serve %s: %w", sock.path, sock.server.Serve(listener)) }()
	}

	defer stop(sockets)

	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-failed:
		return err
	}
}

func stop(sockets []socket) {
	for _, s := range sockets {
		s.server.Stop()
	}
}

func (s socket) listen() (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o755); err != nil {
		return nil, err
	}

	if err := os.Remove(s.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}

	listener, err := net.Listen("unix", s.path)
	if err != nil {
		return nil, err
	}

	// Connecting takes the right to write. The file is made with it for root only
	// and given away afterwards.
	err = os.Chmod(s.path, 0o600)
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(s.path, s.uid, s.uid)
	}

	if err != nil {
		listener.Close() //nolint:errcheck

		return nil, fmt.Errorf("protect %s: %w", s.path, err)
	}

	return listener, nil
}

func (s *Server) machineServer(denials *denial.Log) *grpc.Server {
	source := authz.Socket(func(ctx context.Context, p authz.PeerInfo) (role.Set, error) {
		may, err := s.mayDo(ctx, p)
		if errors.Is(err, authz.ErrDenied) {
			denials.Add("unknown process", fmt.Sprintf("process %d of user %d", p.PID, p.UID))
		}

		return may, err
	})
	authorizer := &authz.Authorizer{Maintenance: s.inMaintenance, Denials: denials}

	server := newServer(
		[]grpc.UnaryServerInterceptor{source.Unary(), authorizer.Unary()},
		[]grpc.StreamServerInterceptor{source.Stream(), authorizer.Stream()},
	)

	s.register(server)

	return server
}

// register adds every service of the API, also those of which no method is there.
func (s *Server) register(server *grpc.Server) {
	machine.RegisterMachineServiceServer(server, &machineService{Server: s})
	machine.RegisterImageServiceServer(server, &imageService{Server: s})
	machine.RegisterLifecycleServiceServer(server, machine.UnimplementedLifecycleServiceServer{})
	machine.RegisterDebugServiceServer(server, machine.UnimplementedDebugServiceServer{})
	machine.RegisterLVMServiceServer(server, machine.UnimplementedLVMServiceServer{})
	machine.RegisterMDServiceServer(server, machine.UnimplementedMDServiceServer{})
	machine.RegisterStorageServiceServer(server, &mountedStorage{})
	cluster.RegisterClusterServiceServer(server, &clusterService{Server: s})
	inspect.RegisterInspectServiceServer(server, &inspectService{Server: s})
	storage.RegisterStorageServiceServer(server, &storageService{Server: s})
	timeapi.RegisterTimeServiceServer(server, &timeService{Server: s})
	v1alpha1.RegisterStateServer(server, stateFor(s.deps.State, allowByRole(s.deps.State)))
}

// machineService is machine.MachineService; its methods are in the other files.
type machineService struct {
	machine.UnimplementedMachineServiceServer
	*Server

	// recovering is held while a snapshot is uploaded.
	recovering sync.Mutex
}

func newServer(unary []grpc.UnaryServerInterceptor, stream []grpc.StreamServerInterceptor) *grpc.Server {
	return grpc.NewServer(
		grpc.Creds(authz.PeerCredentials()),
		grpc.MaxRecvMsgSize(api.MaxMessageSize),
		grpc.MaxSendMsgSize(api.MaxMessageSize),
		grpc.SharedWriteBuffer(true),
		grpc.ChainUnaryInterceptor(append([]grpc.UnaryServerInterceptor{recoverUnary, codeUnary}, unary...)...),
		grpc.ChainStreamInterceptor(append([]grpc.StreamServerInterceptor{recoverStream, codeStream}, stream...)...),
	)
}

// A panic in a handler ends the call and not PID 1.
func recoverUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
	defer recovered(info.FullMethod, &err)

	return handler(ctx, req)
}

func recoverStream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	defer recovered(info.FullMethod, &err)

	return handler(srv, ss)
}

func recovered(method string, err *error) {
	if p := recover(); p != nil {
		slog.Error("API call panicked", "method", method, "panic", p, "stack", string(debug.Stack()))

		*err = status.Errorf(codes.Internal, "%s panicked: %v", method, p)
	}
}

// inMaintenance says that the node still waits for its config.
func (s *Server) inMaintenance() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()

	cfg, err := s.deps.Applier.Active(ctx)

	return err == nil && (cfg == nil || !cfg.CompleteForBoot())
}
