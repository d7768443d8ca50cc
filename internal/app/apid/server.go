package apid

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // callers may compress
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/internal/app/apid/relay"
	"github.com/talos-os/talos/internal/app/apid/route"
	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// What one caller may cost before anything is known about it.
const (
	handshakeTimeout = 15 * time.Second
	maxHeaders       = 256 << 10
	maxStreams       = 1000
)

// gateway passes calls on.
type gateway struct {
	view  func() *view
	local grpc.ClientConnInterface
	pool  *pool
}

func newServer(g *gateway, denials *denial.Log) *grpc.Server {
	return grpc.NewServer(
		grpc.Creds(&serverCredentials{view: g.view, denials: denials}),
		grpc.ForceServerCodecV2(relay.Codec()),
		grpc.UnknownServiceHandler(g.handle),
		grpc.ChainStreamInterceptor(
			roles(g.view, denials).Stream(),
			(&authz.Authorizer{Denials: denials}).Stream(),
		),
		grpc.MaxRecvMsgSize(api.MaxMessageSize),
		grpc.MaxSendMsgSize(api.MaxMessageSize),
		grpc.InitialWindowSize(api.StreamWindow),
		grpc.InitialConnWindowSize(api.ConnectionWindow),
		grpc.SharedWriteBuffer(true),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 2 * time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)
}

// roles takes them from the certificate of whoever has shown one. Without one there
// are roles in maintenance mode only, however the connection came to be: it may
// have been made before the node left that mode.
func roles(view func() *view, denials *denial.Log) authz.Source {
	certificate := authz.Certificate(denials)

	return func(ctx context.Context) (role.Set, error) {
		service := view().service

		if service != nil && service.ReadonlyRoleMode && !authz.Verified(ctx) {
			return authz.Maintenance(ctx)
		}

		return certificate(ctx)
	}
}

func (g *gateway) handle(_ any, ss grpc.ServerStream) error {
	method, ok := grpc.MethodFromServerStream(ss)
	if !ok {
		return status.Error(codes.Internal, "call without a method")
	}

	ctx := ss.Context()
	md, _ := metadata.FromIncomingContext(ctx)
	node := g.view().node()

	decision, err := route.Decide(method, md, node)
	if err != nil {
		return err
	}

	// Both hops get the roles found here, and nothing of what the caller claimed.
	here, there := route.Kept(md), route.Forwarded(md)
	authz.Outgoing(here, authz.Roles(ctx))
	authz.Outgoing(there, authz.Roles(ctx))

	if !decision.Merge {
		if len(decision.Targets) == 0 {
			return relay.One(ss, g.local, method, here)
		}

		conn, release, err := g.pool.get(decision.Targets[0])
		if err != nil {
			return status.Errorf(codes.Internal, "connect to %s: %s", decision.Targets[0], err)
		}
		defer release()

		return relay.One(ss, conn, method, there)
	}

	targets := make([]relay.Target, 0, len(decision.Targets))

	for _, name := range decision.Targets {
		target := relay.Target{Name: name, Metadata: there}

		if node.Local(name) {
			target.Metadata = here
			target.Open = func() (grpc.ClientConnInterface, error) { return g.local, nil }
		} else {
			conn, release, err := g.pool.get(name)
			if err == nil {
				defer release()
			}

			target.Open = func() (grpc.ClientConnInterface, error) { return conn, err }
		}

		targets = append(targets, target)
	}

	return relay.Many(ss, targets, method, route.Streamed(method))
}
