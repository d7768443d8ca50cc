package relay

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// anyStream fits every method: gRPC does not look at how many messages pass.
var anyStream = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

// One connects the caller with one backend until either ends. The metadata is
// what the backend gets to see.
func One(ss grpc.ServerStream, backend grpc.ClientConnInterface, method string, md metadata.MD) error {
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(ss.Context(), md))
	defer cancel()

	cs, err := backend.NewStream(ctx, anyStream, method)
	if err != nil {
		return err
	}

	// Ends with the caller's last message or, at the latest, when this function
	// returns and gRPC closes the caller's stream.
	go func() {
		if !requests(ss, cs) {
			cancel()
		}
	}()

	// Headers of a stream come long before its first message, so they are not
	// held back for it.
	md, err = cs.Header()
	if err == nil && len(md) > 0 {
		err = ss.SendHeader(md)
	}

	for err == nil {
		err = pass(cs, ss)
	}

	ss.SetTrailer(cs.Trailer())

	return outcome(ss, err)
}

// requests passes the caller's messages on. It says whether the caller finished,
// rather than vanished.
func requests(ss grpc.ServerStream, cs grpc.ClientStream) bool {
	for {
		err := pass(ss, cs)

		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			cs.CloseSend() //nolint:errcheck // always nil, as documented

			return true
		default:
			return false
		}
	}
}

type receiver interface{ RecvMsg(any) error }

type sender interface{ SendMsg(any) error }

// pass carries one message over. io.EOF means that the source has no more, or that
// the destination wants no more: it says why to whoever receives from it.
func pass(from receiver, to sender) error {
	var f frame

	if err := from.RecvMsg(&f); err != nil {
		return err
	}

	defer f.free()

	return to.SendMsg(&f)
}

// outcome is the status the caller gets for the error that ended a stream.
func outcome(ss grpc.ServerStream, err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}

	// The backend's stream ends with the caller's; what that looks like from here
	// is chance.
	if cause := ss.Context().Err(); cause != nil {
		return status.FromContextError(cause).Err()
	}

	if _, ok := status.FromError(err); !ok {
		return status.Error(codes.Unavailable, err.Error())
	}

	return err
}
