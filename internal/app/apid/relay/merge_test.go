package relay

import (
	"errors"
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

func TestLabelUnary(t *testing.T) {
	t.Parallel()

	hostname := func(names ...string) []byte {
		answer := &machine.HostnameResponse{}
		for _, name := range names {
			answer.Messages = append(answer.Messages, &machine.Hostname{Hostname: name})
		}

		return encode(t, answer)
	}

	labelled := encode(t, &machine.HostnameResponse{Messages: []*machine.Hostname{{Metadata: &common.Metadata{Hostname: "old", Error: "kept"}, Hostname: "a"}}})

	for _, tt := range []struct {
		name   string
		answer []byte
		want   string
	}{
		{"one message", hostname("a"), "n=a"},
		{"several messages", hostname("a", "b"), "n=a n=b"},
		{"an empty message", hostname(""), "n="},
		{"no message", nil, "n="},
		{"a label of another endpoint gives way", labelled, "n=a"},
		{"field 1 is no message", encode(t, &machine.EtcdMemberAlarm{MemberId: 7}), "unexpected message format"},
		{"another field first", encode(t, &common.Data{Bytes: []byte("x")}), "unexpected message format"},
		{"cut short", hostname("a")[:2], "unexpected message format"},
		{"garbage", []byte{0xff, 0xff, 0xff}, "unexpected message format"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""

			if out, err := labelUnary(tt.answer, label("n")); err != nil {
				got = err.Error()
			} else {
				var merged machine.HostnameResponse
				if err := proto.Unmarshal(out, &merged); err != nil {
					t.Fatal(err)
				}

				for i, m := range merged.GetMessages() {
					if i > 0 {
						got += " "
					}

					got += m.GetMetadata().GetHostname() + "=" + m.GetHostname()
				}
			}

			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestFailureSaysWhoAndWhy(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		err  error
		want string
	}{
		{status.Error(codes.NotFound, "no such file"), "n|rpc error: code = NotFound desc = no such file|5 no such file"},
		{errors.New("plain"), "n|plain|2 plain"},
		{status.Error(codes.Internal, "not \xff UTF-8"), "n|rpc error: code = Internal desc = not \uFFFD UTF-8|13 not \uFFFD UTF-8"},
	} {
		var data common.Data
		if err := proto.Unmarshal(failure("n", tt.err), &data); err != nil {
			t.Fatal(err)
		}

		md := data.GetMetadata()
		if got := fmt.Sprintf("%s|%s|%d %s", md.GetHostname(), md.GetError(), md.GetStatus().GetCode(), md.GetStatus().GetMessage()); got != tt.want {
			t.Errorf("got %s\nwant %s", got, tt.want)
		}
	}
}

// FuzzLabelUnary compares with the obvious way: decode, set, encode.
func FuzzLabelUnary(f *testing.F) {
	f.Add([]byte{})
	f.Add(encode(f, &machine.VersionResponse{Messages: []*machine.Version{{Version: &machine.VersionInfo{Tag: "v1"}}, {}}}))
	f.Fuzz(func(t *testing.T, answer []byte) {
		out, err := labelUnary(answer, label("n"))
		if err != nil {
			return
		}

		var before, after machine.VersionResponse

		if proto.Unmarshal(answer, &before) != nil {
			return // a message in it is broken; the receiver will say so
		}

		if err := proto.Unmarshal(out, &after); err != nil {
			t.Fatalf("answer was fine, merged one is not: %v", err)
		}

		if len(answer) == 0 {
			before.Messages = append(before.Messages, &machine.Version{})
		}

		for _, m := range before.GetMessages() {
			if m.Metadata == nil {
				m.Metadata = &common.Metadata{}
			}

			m.Metadata.Hostname = "n"
		}

		if !proto.Equal(&before, &after) {
			t.Errorf("got %v\nwant %v", &after, &before)
		}
	})
}

func encode(t testing.TB, m proto.Message) []byte {
	t.Helper()

	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}

	return out
}
