package relay

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Target is one of several backends of a call.
type Target struct {
	// Name is how the caller wrote it, and how it finds its answer.
	Name string
	// Open connects to the target. A target that cannot be reached is an answer
	// like any other, so this may fail.
	Open func() (grpc.ClientConnInterface, error)
	// Metadata is what the target gets to see.
	Metadata metadata.MD
}

// Many sends a call to all targets at once. Streamed answers are passed on as they
// come, in any order; unary ones are merged in the order of the targets.
func Many(ss grpc.ServerStream, targets []Target, method string, streamed bool) error {
	ctx, cancel := context.WithCancel(ss.Context())
	defer cancel()

	out := &sink{ss: ss}

	runs := make([]*run, len(targets))
	for i, target := range targets {
		runs[i] = &run{target: target, requests: make(chan *frame, 1), ended: make(chan struct{})}
	}

	go func() {
		if !spread(ss, runs) {
			cancel()
		}
	}()

	var wg sync.WaitGroup

	for _, r := range runs {
		wg.Go(func() {
			defer close(r.ended)

			if streamed {
				r.stream(ctx, method, out)
			} else {
				r.unary(ctx, method, out)
			}
		})
	}

	wg.Wait()

	if err := ss.Context().Err(); err != nil {
		return status.FromContextError(err).Err()
	}

	if out.err != nil || streamed {
		return out.err
	}

	var merged []byte
	for _, r := range runs {
		merged = append(merged, r.answer...)
	}

	return ss.SendMsg(&frame{data: mem.BufferSlice{mem.SliceBuffer(merged)}})
}

// spread gives each of the caller's messages to every target that still listens.
// It says whether the caller finished, rather than vanished.
func spread(ss grpc.ServerStream, runs []*run) bool {
	defer func() {
		for _, r := range runs {
			close(r.requests)
		}
	}()

	for {
		var f frame

		if err := ss.RecvMsg(&f); err != nil {
			return errors.Is(err, io.EOF)
		}

		for _, r := range runs {
			f.data.Ref()

			select {
			case r.requests <- &frame{data: f.data}:
			case <-r.ended:
				f.data.Free()
			}
		}

		f.free()
	}
}

// run is the part one target has in a call.
type run struct {
	target Target
	// requests has room for the only message of a unary call, so that a target that
	// is slow to connect does not keep the message from the others.
	requests chan *frame
	// ended is closed when the target takes no more requests.
	ended chan struct{}
	// answer of a unary call, labelled and ready to be merged.
	answer []byte
}

func (r *run) open(ctx context.Context, method string) (grpc.ClientStream, error) {
	backend, err := r.target.Open()
	if err != nil {
		return nil, err
	}

	cs, err := backend.NewStream(metadata.NewOutgoingContext(ctx, r.target.Metadata), anyStream, method)
	if err != nil {
		return nil, err
	}

	go r.feed(cs)

	return cs, nil
}

func (r *run) feed(cs grpc.ClientStream) {
	for {
		select {
		case f, ok := <-r.requests:
			if !ok {
				cs.CloseSend() //nolint:errcheck // always nil, as documented

				return
			}

			// A target that wants no more says why to whoever receives from it.
			cs.SendMsg(f) //nolint:errcheck
			f.free()
		case <-r.ended:
			return
		}
	}
}

func (r *run) unary(ctx context.Context, method string, out *sink) {
	answer, err := r.receive(ctx, method, out)
	if err != nil {
		answer = wrap(failure(r.target.Name, err))
	}

	r.answer = answer
}

func (r *run) receive(ctx context.Context, method string, out *sink) ([]byte, error) {
	cs, err := r.open(ctx, method)
	if err != nil {
		return nil, err
	}

	var f frame

	if err := cs.RecvMsg(&f); err != nil {
		if errors.Is(err, io.EOF) {
			err = status.Error(codes.Internal, "ended without an answer")
		}

		return nil, err
	}

	defer f.free()

	// The status follows the answer, and counts: a method may fail after it.
	var more frame

	switch err := cs.RecvMsg(&more); {
	case err == nil:
		more.free()

		return nil, status.Error(codes.Internal, "more than one answer")
	case !errors.Is(err, io.EOF):
		return nil, err
	}

	out.headers(cs)

	return labelUnary(f.data.Materialize(), label(r.target.Name))
}

func (r *run) stream(ctx context.Context, method string, out *sink) {
	err := r.copy(ctx, method, out)
	if err == nil || errors.Is(err, io.EOF) {
		return
	}

	out.send(&frame{data: mem.BufferSlice{mem.SliceBuffer(failure(r.target.Name, err))}})
}

func (r *run) copy(ctx context.Context, method string, out *sink) error {
	cs, err := r.open(ctx, method)
	if err != nil {
		return err
	}

	name := label(r.target.Name)

	for {
		var f frame

		if err := cs.RecvMsg(&f); err != nil {
			return err
		}

		out.headers(cs)
		labelStreamed(&f, name)

		ok := out.send(&f)
		f.free()

		if !ok {
			return nil
		}
	}
}

// sink lets the targets share the caller's stream.
type sink struct {
	mu  sync.Mutex
	ss  grpc.ServerStream
	err error
}

// headers adds a target's headers to the caller's. After the first message of any
// target they have been sent, and those of the others are lost.
func (s *sink) headers(cs grpc.ClientStream) {
	md, err := cs.Header()
	if err != nil || len(md) == 0 {
		return
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	s.ss.SetHeader(md) //nolint:errcheck // fails when they have been sent
}

// send says whether the caller still listens.
func (s *sink) send(f *frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.err == nil {
		s.err = s.ss.SendMsg(f)
	}

	return s.err == nil
}
