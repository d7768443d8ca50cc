package relay

import (
	"fmt"
	"slices"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is one encoded message. Its owner calls free once it has been sent
// everywhere; sending does not use it up.
type frame struct{ data mem.BufferSlice }

func (f *frame) free() {
	f.data.Free()
	f.data = nil
}

// Codec leaves frames as they are and hands all other messages to the protobuf
// codec. Servers and connections that take part in relaying must be forced to it.
func Codec() encoding.CodecV2 { return codec{encoding.GetCodecV2(proto.Name)} }

type codec struct{ messages encoding.CodecV2 }

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	f, ok := v.(*frame)
	if !ok {
		return c.messages.Marshal(v)
	}

	f.data.Ref() // gRPC frees what it has sent

	// The buffers are shared, the list of them is not: several sends may be under
	// way, and what gRPC does to a list is its own business.
	return slices.Clone(f.data), nil
}

func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return c.messages.Unmarshal(data, v)
	}

	if f.data != nil {
		return fmt.Errorf("frame of %d bytes was never sent", f.data.Len())
	}

	data.Ref()
	f.data = data

	return nil
}

// Name is the content subtype on the wire: what we carry is protobuf.
func (codec) Name() string { return proto.Name }
