package authz

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// ErrDenied is what every caller without the right role is told, whatever the
// method and whether or not it exists.
var ErrDenied = status.Error(codes.PermissionDenied, "not authorized")

// Source learns the roles of a caller. Its error goes to the caller as it is.
type Source func(ctx context.Context) (role.Set, error)

// Authorizer lets calls through whose caller has one of the roles the method
// asks for. The roles come from a [Source] before it in the chain.
type Authorizer struct {
	// Maintenance says whether the node still waits for its configuration. Nil is
	// for a hop that cannot know; methods open to everybody then pass it, and the
	// node behind it decides.
	Maintenance func() bool
	// Denials records refused calls. May be nil.
	Denials *denial.Log
}

// Check returns ErrDenied unless the caller in ctx may call the method.
func (a *Authorizer) Check(ctx context.Context, fullMethod string) error {
	roles, needed := Roles(ctx), role.ForMethod(fullMethod)

	if a.Maintenance != nil && role.AdminUnlessMaintenance(fullMethod) && !a.Maintenance() {
		needed = role.NewSet(role.Admin)
	}

	if roles.Meets(needed) {
		return nil
	}

	a.Denials.Add("role", from(ctx), "method", fullMethod, "roles", roles.String(), "needed", needed.String())

	return ErrDenied
}

// Unary is the interceptor for unary calls.
func (a *Authorizer) Unary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if err := a.Check(ctx, info.FullMethod); err != nil {
			return nil, err
		}

		return handler(ctx, req)
	}
}

// Stream is the interceptor for streams, and for everything a proxy does not look into.
func (a *Authorizer) Stream() grpc.StreamServerInterceptor {
	return func(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if err := a.Check(ss.Context(), info.FullMethod); err != nil {
			return err
		}

		return handler(srv, ss)
	}
}

// Unary is the interceptor for unary calls.
func (s Source) Unary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		roles, err := s(ctx)
		if err != nil {
			return nil, err
		}

		return handler(WithRoles(ctx, roles), req)
	}
}

// Stream is the interceptor for streams.
func (s Source) Stream() grpc.StreamServerInterceptor {
	return func(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		roles, err := s(ss.Context())
		if err != nil {
			return err
		}

		return handler(srv, &stream{ss, WithRoles(ss.Context(), roles)})
	}
}

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

// from names the caller in a log.
func from(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		return p.Addr.String()
	}

	return "unknown"
}
