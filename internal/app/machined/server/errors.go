package server

import (
	"context"
	"errors"
	"io/fs"

	"github.com/rs/xid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/events"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/app/machined/tasks"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/config"
)

// codesOf says which gRPC code an error becomes. An error that is none of these,
// and has no code of its own, goes out as Unknown.
var codesOf = []struct {
	err  error
	code codes.Code
}{
	{context.Canceled, codes.Canceled},
	{context.DeadlineExceeded, codes.DeadlineExceeded},
	{configctl.ErrBusy, codes.FailedPrecondition},
	{configctl.ErrIncomplete, codes.InvalidArgument},
	{configctl.ErrNothingInstalled, codes.FailedPrecondition},
	{configctl.ErrNothingToReturnTo, codes.FailedPrecondition},
	{etcdctl.ErrNotReady, codes.FailedPrecondition},
	{etcdctl.ErrHasData, codes.AlreadyExists},
	{etcdctl.ErrNoCA, codes.InvalidArgument},
	{events.ErrTail, codes.InvalidArgument},
	{xid.ErrInvalidID, codes.InvalidArgument},
	{tasks.ErrReset, codes.InvalidArgument},
	{logs.ErrUnknown, codes.NotFound},
	{services.ErrUnknown, codes.NotFound},
	{meta.ErrTooLarge, codes.ResourceExhausted},
	{fs.ErrNotExist, codes.NotFound},
}

func withCode(err error) error {
	if err == nil {
		return nil
	}

	// Wrapped ones count as well, and keep what was wrapped around them.
	if _, ok := status.FromError(err); ok {
		return err
	}

	if config.IsProblem(err) {
		return status.Error(codes.InvalidArgument, err.Error())
	}

	for _, c := range codesOf {
		if errors.Is(err, c.err) {
			return status.Error(c.code, err.Error())
		}
	}

	return err
}

func codeUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	resp, err := handler(ctx, req)

	return resp, withCode(err)
}

func codeStream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	return withCode(handler(srv, ss))
}

// needsMachine refuses what a container cannot do.
func (s *Server) needsMachine() error {
	if mode := s.deps.Platform.Mode(); mode == string(config.Container) {
		return status.Errorf(codes.FailedPrecondition, "method is not supported in %s mode", mode)
	}

	return nil
}
