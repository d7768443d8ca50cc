package apid

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	stateserver "github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/apid/route"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// node is one apid with a machined behind it that answers what the test wants.
type node struct {
	machine.UnimplementedMachineServiceServer

	ip    string
	door  *door
	state state.State

	mu sync.Mutex
	md metadata.MD // of the last call
}

// cluster is a few nodes on loopback addresses that share a port.
type cluster struct {
	ca    *certtest.CA
	port  int
	nodes []*node
}

func newCluster(t *testing.T, count int) *cluster {
	t.Helper()

	// A port that is free on the first address is taken for all: each address has
	// its own ports, and nothing else listens on these.
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	c := &cluster{ca: certtest.NewCA(t, "talos"), port: probe.Addr().(*net.TCPAddr).Port}
	probe.Close()

	for i := range count {
		c.nodes = append(c.nodes, c.start(t, fmt.Sprintf("127.0.0.%d", i+1)))
	}

	return c
}

func (c *cluster) start(t *testing.T, ip string) *node {
	t.Helper()

	n := &node{ip: ip, state: state.WrapCore(namespaced.NewState(inmem.Build))}

	backend := bufconn.Listen(1 << 20)
	srv := grpc.NewServer(grpc.MaxRecvMsgSize(api.MaxMessageSize))
	machine.RegisterMachineServiceServer(srv, n)
	v1alpha1.RegisterStateServer(srv, stateserver.NewState(n.state))

	go srv.Serve(backend) //nolint:errcheck // ends with Stop

	local, err := grpc.NewClient("passthrough:///machined",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return backend.DialContext(ctx) }),
		relayed(),
	)
	if err != nil {
		t.Fatal(err)
	}

	n.door = newDoor(local)
	n.door.pool.port = c.port

	t.Cleanup(func() {
		n.door.server.Stop()
		n.door.close()
		local.Close()
		srv.Stop()
	})

	n.set(t, c, secrets.APICertsSpec{
		AcceptedCAs: c.ca.Accepted(),
		Server:      c.ca.Server(t, ip),
		Client:      c.ca.Client(t, []string{"os:impersonator"}),
	}, runtime.APIServiceConfigSpec{})

	return n
}

// set gives the node its certificates and its mode.
func (n *node) set(t *testing.T, c *cluster, spec secrets.APICertsSpec, service runtime.APIServiceConfigSpec) {
	t.Helper()

	parsed, err := parseCerts(&spec)
	if err != nil {
		t.Fatal(err)
	}

	service.ListenAddress = fmt.Sprintf("%s:%d", n.ip, c.port)

	n.door.watcher.update(func(v *view) {
		v.certs, v.service = parsed, &service
		v.self = route.Node{Addresses: []netip.Addr{netip.MustParseAddr(n.ip)}, Hostname: "node-" + n.ip[len(n.ip)-1:]}
	})
}

func (n *node) seen(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()

	n.md, _ = metadata.FromIncomingContext(ctx)
}

func (n *node) value(key string) string {
	n.mu.Lock()
	defer n.mu.Unlock()

	return fmt.Sprint(n.md[key])
}

func (n *node) Version(ctx context.Context, _ *emptypb.Empty) (*machine.VersionResponse, error) {
	n.seen(ctx)
	grpc.SetHeader(ctx, metadata.Pairs("answered-by", n.ip))  //nolint:errcheck
	grpc.SetTrailer(ctx, metadata.Pairs("finished-by", n.ip)) //nolint:errcheck

	return &machine.VersionResponse{Messages: []*machine.Version{{Version: &machine.VersionInfo{Tag: n.ip}}}}, nil
}

func (n *node) Hostname(context.Context, *emptypb.Empty) (*machine.HostnameResponse, error) {
	if n.ip == "127.0.0.2" {
		return nil, status.Error(codes.FailedPrecondition, "no name yet")
	}

	return &machine.HostnameResponse{Messages: []*machine.Hostname{{Hostname: n.ip}}}, nil
}

func (n *node) Dmesg(req *machine.DmesgRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	n.seen(stream.Context())

	for i := range 3 {
		if err := stream.Send(&common.Data{Bytes: fmt.Appendf(nil, "%s:%d", n.ip, i)}); err != nil {
			return err
		}
	}

	if req.GetFollow() {
		<-stream.Context().Done()

		return stream.Context().Err()
	}

	if req.GetTail() {
		return status.Error(codes.DataLoss, "ring buffer overrun")
	}

	return nil
}

func (n *node) EtcdRecover(stream grpc.ClientStreamingServer[common.Data, machine.EtcdRecoverResponse]) error {
	total := 0

	for {
		data, err := stream.Recv()
		if err != nil {
			break
		}

		total += len(data.GetBytes())
	}

	n.mu.Lock()
	n.md = metadata.Pairs("received", fmt.Sprint(total))
	n.mu.Unlock()

	return stream.SendAndClose(&machine.EtcdRecoverResponse{Messages: []*machine.EtcdRecover{{}}})
}

// dial connects to the first node with a certificate, or without one.
func (c *cluster) dial(t *testing.T, config *tls.Config) machine.MachineServiceClient {
	t.Helper()

	if config.RootCAs == nil {
		config.RootCAs = c.ca.Pool()
	}

	conn, err := grpc.NewClient(fmt.Sprintf("passthrough:///127.0.0.1:%d", c.port),
		grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { conn.Close() })

	return machine.NewMachineServiceClient(conn)
}

func (c *cluster) as(t *testing.T, organizations ...string) machine.MachineServiceClient {
	t.Helper()

	return c.dial(t, &tls.Config{Certificates: []tls.Certificate{certtest.TLS(t, c.ca.Client(t, organizations))}})
}

func within(t *testing.T, pairs ...string) context.Context {
	t.Helper()

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)

	return metadata.AppendToOutgoingContext(ctx, pairs...)
}
