package client

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

// NodeError is why one of several nodes did not answer. It unwraps to the gRPC error.
type NodeError struct {
	Node string
	Err  error
}

func (e *NodeError) Error() string { return e.Node + ": " + e.Err.Error() }

// Unwrap gives the node's own error.
func (e *NodeError) Unwrap() error { return e.Err }

// Failures returns the nodes that did not answer a call for several nodes, as
// joined errors of type [*NodeError]. The call itself has succeeded then, and the
// answer's messages of those nodes hold nothing else. It also takes single messages
// of a stream.
func Failures(answer proto.Message) error {
	if answer == nil {
		return nil
	}

	var failures []error

	add := func(m protoreflect.Message) {
		if err := failure(m); err != nil {
			failures = append(failures, err)
		}
	}

	m := answer.ProtoReflect()

	if field := m.Descriptor().Fields().ByName("messages"); field != nil && field.IsList() && field.Message() != nil {
		for i := range m.Get(field).List().Len() {
			add(m.Get(field).List().Get(i).Message())
		}
	} else {
		add(m)
	}

	return errors.Join(failures...)
}

func failure(m protoreflect.Message) error {
	field := m.Descriptor().Fields().ByName("metadata")
	if field == nil || field.Message() == nil || !m.Has(field) {
		return nil
	}

	md, ok := m.Get(field).Message().Interface().(*common.Metadata)
	if !ok || (md.GetError() == "" && md.GetStatus() == nil) {
		return nil
	}

	err := errors.New(md.GetError())
	if md.GetStatus() != nil {
		err = status.FromProto(md.GetStatus()).Err()
	}

	return &NodeError{Node: md.GetHostname(), Err: err}
}

// Node returns the node that a message of a merged answer is from, or other if the
// message does not say.
func Node(message interface{ GetMetadata() *common.Metadata }, other string) string {
	if name := message.GetMetadata().GetHostname(); name != "" {
		return name
	}

	return other
}

// Reader makes a byte stream of a node out of a stream of messages. Reading fails
// with the error of the call.
func Reader(stream grpc.ServerStreamingClient[common.Data]) io.Reader { return &reader{stream: stream} }

type reader struct {
	stream grpc.ServerStreamingClient[common.Data]
	rest   []byte
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		data, err := r.stream.Recv()
		if err != nil {
			return 0, err
		}

		if err := Failures(data); err != nil {
			return 0, err
		}

		r.rest = data.GetBytes()
	}

	n := copy(p, r.rest)
	r.rest = r.rest[n:]

	return n, nil
}

// Kubeconfig fetches an administrator's kubeconfig.
func (c *Client) Kubeconfig(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	stream, err := c.Machine.Kubeconfig(ctx, &emptypb.Empty{})
	if err != nil {
		return nil, err
	}

	return unpack(Reader(stream), "kubeconfig")
}

// unpack returns one file of a tar.gz. Some nodes leave the end of the archive out,
// so nothing after the file is read.
func unpack(archive io.Reader, name string) ([]byte, error) {
	unzipped, err := gzip.NewReader(archive)
	if err != nil {
		return nil, unzipError(err)
	}

	for entries := tar.NewReader(unzipped); ; {
		header, err := entries.Next()

		switch {
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("archive without %s", name)
		case err != nil:
			return nil, err
		case header.Name != name:
			continue
		}

		var content bytes.Buffer
		if _, err := io.Copy(&content, entries); err != nil {
			return nil, err
		}

		return content.Bytes(), nil
	}
}

// unzipError keeps the error of a call from looking like one of the archive.
func unzipError(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("empty answer")
	}

	return err
}

// eventPrefix is what the type of an event starts with, before the name of the message.
const eventPrefix = "talos/runtime/"

// Payload decodes what an event says. The first event of a stream is a greeting
// without payload, which is nil and no error.
func Payload(event *machine.Event) (proto.Message, error) { return decode(event.GetData()) }

func decode(data *anypb.Any) (proto.Message, error) {
	if data.GetTypeUrl() == "" {
		return nil, nil
	}

	name := protoreflect.FullName(strings.TrimPrefix(data.GetTypeUrl(), eventPrefix))

	kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", data.GetTypeUrl(), err)
	}

	message := kind.New().Interface()

	if err := proto.Unmarshal(data.GetValue(), message); err != nil {
		return nil, fmt.Errorf("event %s: %w", data.GetTypeUrl(), err)
	}

	return message, nil
}
