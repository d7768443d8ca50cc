package relay

import (
	"errors"
	"strings"

	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/common"
)

// first is the number of both fields this package knows: the messages of a unary
// answer, and the metadata of a message.
const first = 1

var errShape = errors.New("unexpected message format")

// label returns the encoded metadata field that names the target.
func label(target string) []byte {
	return metadataField(&common.Metadata{Hostname: strings.ToValidUTF8(target, "\uFFFD")})
}

// failure returns a message that says only that this target did not answer.
func failure(target string, err error) []byte {
	st := status.Convert(err).Proto()
	st.Message = strings.ToValidUTF8(st.GetMessage(), "\uFFFD")

	return metadataField(&common.Metadata{
		Hostname: strings.ToValidUTF8(target, "\uFFFD"),
		Error:    strings.ToValidUTF8(err.Error(), "\uFFFD"),
		Status:   st,
	})
}

func metadataField(md *common.Metadata) []byte {
	encoded, err := proto.Marshal(md)
	if err != nil {
		// All that can be wrong is text, and both callers see to that.
		panic(err)
	}

	return wrap(encoded)
}

// wrap makes a message the only one of a unary answer, or metadata the only field of a message.
func wrap(message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, first, protowire.BytesType), message)
}

// labelUnary adds the label to every message of a unary answer. An answer without
// a message becomes one that has only the label: the target did answer.
func labelUnary(answer, label []byte) ([]byte, error) {
	if len(answer) == 0 {
		return wrap(label), nil
	}

	out := make([]byte, 0, len(answer)+len(label)+8)

	for len(answer) > 0 {
		number, kind, n := protowire.ConsumeTag(answer)
		if n < 0 || number != first || kind != protowire.BytesType {
			return nil, errShape
		}

		message, m := protowire.ConsumeBytes(answer[n:])
		if m < 0 {
			return nil, errShape
		}

		answer = answer[n+m:]

		out = protowire.AppendTag(out, first, protowire.BytesType)
		out = protowire.AppendVarint(out, uint64(len(message)+len(label)))
		out = append(out, message...)
		out = append(out, label...)
	}

	return out, nil
}

// labelStreamed adds the label to one message of a stream, taking it over.
func labelStreamed(f *frame, label []byte) { f.data = append(f.data, mem.SliceBuffer(label)) }
