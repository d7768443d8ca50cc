// Package criclient drives the node's containerd: pulls images, runs containers,
// tells what runs.
//
// It speaks containerd's gRPC API directly and lets containerd itself do what
// the big client library would do in this process: resolving registries,
// fetching and unpacking happen behind the transfer service, with the same
// registry configuration that the container runtime interface uses.
//
// Services run etcd and kubelet with it; the API lists and pulls with it.
package criclient

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/services/content/v1"
	"github.com/containerd/containerd/api/services/images/v1"
	"github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/api/services/streaming/v1"
	"github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/services/transfer/v1"
	"github.com/containerd/containerd/api/services/version/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Address is containerd's socket.
const Address = "/run/containerd/containerd.sock"

// Namespaces of containers and images.
const (
	System     = "system"
	Kubernetes = "k8s.io"
)

const (
	snapshotter = "overlayfs"
	runtimeName = "io.containerd.runc.v2"
	// ShimCgroup is where the supervisors of containers run: not with containerd,
	// so that it can be stopped without them.
	ShimCgroup = "podruntime/shim"
)

// Client connects when it is first used. It is safe for concurrent use.
type Client struct {
	address  string
	hostsDir string
	auth     AuthFunc

	once sync.Once
	conn *grpc.ClientConn
	err  error
}

// Credentials for a registry; what is empty is not used.
type Credentials struct{ Username, Password, Token string }

// AuthFunc gives the credentials for a registry host.
type AuthFunc func(ctx context.Context, host string) (Credentials, error)

// New makes a client. HostsDir is the registries' configuration as containerd
// sees it; auth may be nil.
func New(address, hostsDir string, auth AuthFunc) *Client {
	return &Client{address: address, hostsDir: hostsDir, auth: auth}
}

func (c *Client) dial() (*grpc.ClientConn, error) {
	c.once.Do(func() {
		c.conn, c.err = grpc.NewClient("unix://"+c.address,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			// containerd comes and goes; be there soon after it.
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: 200 * time.Millisecond, Multiplier: 1.5, MaxDelay: 3 * time.Second},
				MinConnectTimeout: 5 * time.Second,
			}),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(32<<20)),
		)
	})

	return c.conn, c.err
}

// Close ends the connection.
func (c *Client) Close() error {
	conn, err := c.dial()
	if err != nil {
		return nil //nolint:nilerr // never was one
	}

	return conn.Close()
}

// Ready asks containerd whether it answers.
func (c *Client) Ready(ctx context.Context) error {
	conn, err := c.dial()
	if err != nil {
		return err
	}

	_, err = version.NewVersionClient(conn).Version(ctx, &emptypb.Empty{})

	return err
}

// api is the parts of containerd's API in use, in one namespace.
type api struct {
	containers.ContainersClient
	content   content.ContentClient
	images    images.ImagesClient
	snapshots snapshots.SnapshotsClient
	streaming streaming.StreamingClient
	tasks     tasks.TasksClient
	transfer  transfer.TransferClient
}

func (c *Client) in(ctx context.Context, namespace string) (context.Context, api, error) {
	conn, err := c.dial()
	if err != nil {
		return ctx, api{}, fmt.Errorf("connect to containerd: %w", err)
	}

	return metadata.AppendToOutgoingContext(ctx, "containerd-namespace", namespace), api{
		containers.NewContainersClient(conn), content.NewContentClient(conn), images.NewImagesClient(conn),
		snapshots.NewSnapshotsClient(conn), streaming.NewStreamingClient(conn), tasks.NewTasksClient(conn),
		transfer.NewTransferClient(conn),
	}, nil
}

// IsNotFound says whether an image, container or task is not there.
func IsNotFound(err error) bool { return status.Code(err) == codes.NotFound }

// pack puts a message into an Any as containerd names types: without a host.
func pack(m proto.Message) (*anypb.Any, error) {
	value, err := proto.Marshal(m)
	if err != nil {
		return nil, err
	}

	return &anypb.Any{TypeUrl: string(m.ProtoReflect().Descriptor().FullName()), Value: value}, nil
}
