package client

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/state"
	cosiclient "github.com/cosi-project/runtime/pkg/state/protobuf/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/api/cluster"
	"github.com/talos-os/talos/api/inspect"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	timeapi "github.com/talos-os/talos/api/time"
)

// Client has one generated client per service. All share one set of connections.
type Client struct {
	Machine   machine.MachineServiceClient
	Images    machine.ImageServiceClient
	Lifecycle machine.LifecycleServiceClient
	LVM       machine.LVMServiceClient
	MD        machine.MDServiceClient
	Debug     machine.DebugServiceClient
	Mounted   machine.StorageServiceClient
	Cluster   cluster.ClusterServiceClient
	Inspect   inspect.InspectServiceClient
	Storage   storage.StorageServiceClient
	Time      timeapi.TimeServiceClient
	// State reads the node's resources. Kinds of packages that the program imports
	// come typed, others as they are on the wire.
	State state.State

	conn      *grpc.ClientConn
	endpoints []string
}

// New makes a client. It connects when it is first used.
func New(opts ...Option) (*Client, error) {
	var o options

	for _, opt := range opts {
		if err := opt(&o); err != nil {
			return nil, err
		}
	}

	conn, err := o.dial()
	if err != nil {
		return nil, err
	}

	return newClient(conn, o.endpoints), nil
}

func newClient(conn *grpc.ClientConn, endpoints []string) *Client {
	return &Client{
		Machine:   machine.NewMachineServiceClient(conn),
		Images:    machine.NewImageServiceClient(conn),
		Lifecycle: machine.NewLifecycleServiceClient(conn),
		LVM:       machine.NewLVMServiceClient(conn),
		MD:        machine.NewMDServiceClient(conn),
		Debug:     machine.NewDebugServiceClient(conn),
		Mounted:   machine.NewStorageServiceClient(conn),
		Cluster:   cluster.NewClusterServiceClient(conn),
		Inspect:   inspect.NewInspectServiceClient(conn),
		Storage:   storage.NewStorageServiceClient(conn),
		Time:      timeapi.NewTimeServiceClient(conn),
		State:     state.WrapCore(cosiclient.NewAdapter(cosi.NewStateClient(conn))),

		conn:      conn,
		endpoints: endpoints,
	}
}

// Close ends all connections.
func (c *Client) Close() error { return c.conn.Close() }

// Conn is what all services share, for services that Client has no field for.
func (c *Client) Conn() *grpc.ClientConn { return c.conn }

// Endpoints are where the client connects to.
func (c *Client) Endpoints() []string { return c.endpoints }

// connect retries soon: a person waits, and a node that reboots comes back.
var connect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 250 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
	MinConnectTimeout: 10 * time.Second,
}

func (o *options) dial() (*grpc.ClientConn, error) {
	dialOpts := append([]grpc.DialOption{
		grpc.WithConnectParams(connect),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(api.MaxMessageSize),
			grpc.MaxCallSendMsgSize(api.MaxMessageSize),
		),
		grpc.WithInitialWindowSize(api.StreamWindow),
		grpc.WithInitialConnWindowSize(api.ConnectionWindow),
		grpc.WithUserAgent("talosctl"),
	}, o.dialOptions...)

	if o.socket != "" {
		return grpc.NewClient("unix:"+o.socket, append(dialOpts, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	}

	if len(o.endpoints) == 0 {
		return nil, errors.New("no endpoint to connect to: use --endpoints, or `talosctl config endpoint <address>...`")
	}

	if o.tls == nil {
		return nil, errors.New("no certificates to connect with")
	}

	dialOpts = append(dialOpts, grpc.WithTransportCredentials(credentials.NewTLS(o.tls)))

	if o.proxyURL != "" {
		dialer, err := proxyDialer(o.proxyURL)
		if err != nil {
			return nil, err
		}

		dialOpts = append(dialOpts, grpc.WithContextDialer(dialer))
	}

	builder := manual.NewBuilderWithScheme("talos")
	builder.InitialState(resolver.State{Addresses: addresses(o.endpoints)})

	return grpc.NewClient("talos:///"+strings.Join(o.endpoints, ","), append(dialOpts,
		grpc.WithResolvers(builder),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`),
		grpc.WithDisableServiceConfig(),
	)...)
}

// addresses makes each endpoint answer for its own name: a certificate names one node.
func addresses(endpoints []string) []resolver.Address {
	out := make([]resolver.Address, len(endpoints))

	for i, endpoint := range endpoints {
		host, port := split(endpoint)
		out[i] = resolver.Address{Addr: net.JoinHostPort(host, port), ServerName: host}
	}

	return out
}

// split takes an endpoint apart. IPv6 addresses may come with or without brackets.
func split(endpoint string) (host, port string) {
	endpoint = strings.TrimPrefix(endpoint, "https://")

	if host, port, err := net.SplitHostPort(endpoint); err == nil {
		return host, port
	}

	return strings.Trim(endpoint, "[]"), strconv.Itoa(api.Port)
}
