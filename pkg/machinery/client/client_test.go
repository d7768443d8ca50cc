package client

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

type node struct {
	machine.UnimplementedMachineServiceServer
	ip string
}

func (n *node) Version(ctx context.Context, _ *emptypb.Empty) (*machine.VersionResponse, error) {
	md, _ := metadata.FromIncomingContext(ctx)

	return &machine.VersionResponse{Messages: []*machine.Version{{
		Version: &machine.VersionInfo{Tag: fmt.Sprint(n.ip, md["node"], md["nodes"])},
	}}}, nil
}

func (n *node) Kubeconfig(_ *emptypb.Empty, stream grpc.ServerStreamingServer[common.Data]) error {
	var out bytes.Buffer

	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	archive.WriteHeader(&tar.Header{Name: "kubeconfig", Mode: 0o600, Size: 5}) //nolint:errcheck
	archive.Write([]byte("hello"))                                             //nolint:errcheck
	archive.Flush()                                                            //nolint:errcheck // not closed: that is what nodes do
	zip.Close()                                                                //nolint:errcheck

	for chunk := range bytes.Lines(out.Bytes()) { // boundaries mean nothing
		if err := stream.Send(&common.Data{Bytes: chunk}); err != nil {
			return err
		}
	}

	return nil
}

func (n *node) Read(_ *machine.ReadRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	stream.Send(&common.Data{Bytes: []byte("some")}) //nolint:errcheck

	return status.Error(codes.DataLoss, "gone")
}

// serve starts nodes on loopback addresses that share a port, and says which.
func serve(t *testing.T, ca *certtest.CA, ips ...string) (port int, fingerprint string) {
	t.Helper()

	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	port = probe.Addr().(*net.TCPAddr).Port
	probe.Close()

	for _, ip := range ips {
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", ip, port))
		if err != nil {
			t.Fatal(err)
		}

		pair := ca.Server(t, ip)
		srv := grpc.NewServer(grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{certtest.TLS(t, pair)}})))
		machine.RegisterMachineServiceServer(srv, &node{ip: ip})

		go srv.Serve(listener) //nolint:errcheck // ends with Stop

		t.Cleanup(srv.Stop)

		print, err := x509.SPKIFingerprintFromPEM(pair.Crt)
		if err != nil {
			t.Fatal(err)
		}

		fingerprint = print.String()
	}

	return port, fingerprint
}

func TestCallsAreSharedOutAmongEndpointsThatAnswer(t *testing.T) {
	t.Parallel()

	ca := certtest.NewCA(t, "talos")
	port, _ := serve(t, ca, "127.0.0.1", "127.0.0.2")

	selected := &talosconfig.Context{}
	for _, ip := range []string{"127.0.0.1", "127.0.0.2", "127.0.0.9"} {
		selected.Endpoints = append(selected.Endpoints, fmt.Sprintf("%s:%d", ip, port))
	}

	pair := ca.Client(t, []string{"os:admin"})
	selected.SetCertificate(ca.PEM, pair.Crt, pair.Key)

	c, err := New(WithConfig(&talosconfig.Config{Context: "x", Contexts: map[string]*talosconfig.Context{"x": selected}}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	ctx, cancel := context.WithTimeout(WithNode(WithNodes(t.Context(), "a", "b"), "c"), 20*time.Second)
	defer cancel()

	seen := map[string]bool{}

	for len(seen) < 2 && ctx.Err() == nil {
		resp, err := c.Machine.Version(ctx, &emptypb.Empty{})
		if err != nil {
			t.Fatal(err)
		}

		seen[resp.GetMessages()[0].GetVersion().GetTag()] = true
	}

	if !seen["127.0.0.1[c] []"] || !seen["127.0.0.2[c] []"] {
		t.Errorf("answered: %v", seen)
	}
}

func TestMaintenanceTakesAnyCertificateOrTheOneWithTheFingerprint(t *testing.T) {
	t.Parallel()

	port, fingerprint := serve(t, certtest.NewCA(t, "self"), "127.0.0.1")
	endpoint := fmt.Sprintf("127.0.0.1:%d", port)

	for _, tt := range []struct {
		name         string
		fingerprints []string
		code         codes.Code
	}{
		{"no fingerprint", nil, codes.OK},
		{"the fingerprint", []string{fingerprint}, codes.OK},
		{"another fingerprint", []string{"AAAA"}, codes.Unavailable},
	} {
		c, err := New(WithEndpoints(endpoint), WithMaintenance(tt.fingerprints...))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()

		if _, err := c.Machine.Version(t.Context(), &emptypb.Empty{}); status.Code(err) != tt.code {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.code)
		}
	}

	if _, err := New(WithEndpoints(endpoint), WithMaintenance("not base64!")); err == nil {
		t.Error("a fingerprint that is none was taken")
	}
}

func TestByteStreams(t *testing.T) {
	t.Parallel()

	ca := certtest.NewCA(t, "talos")
	port, _ := serve(t, ca, "127.0.0.1")

	c, err := New(WithEndpoints(fmt.Sprintf("127.0.0.1:%d", port)), WithTLS(&tls.Config{RootCAs: ca.Pool()}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	if got, err := c.Kubeconfig(t.Context()); err != nil || string(got) != "hello" {
		t.Errorf("kubeconfig: %q, %v", got, err)
	}

	stream, err := c.Machine.Read(t.Context(), &machine.ReadRequest{})
	if err != nil {
		t.Fatal(err)
	}

	if got, err := io.ReadAll(Reader(stream)); status.Code(err) != codes.DataLoss || string(got) != "some" {
		t.Errorf("read: %q, %v", got, err)
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"10.5.0.2":              "10.5.0.2:50000 10.5.0.2",
		"10.5.0.2:1":            "10.5.0.2:1 10.5.0.2",
		"fd00::2":               "[fd00::2]:50000 fd00::2",
		"[fd00::2]":             "[fd00::2]:50000 fd00::2",
		"[fd00::2]:1":           "[fd00::2]:1 fd00::2",
		"cp.example.org":        "cp.example.org:50000 cp.example.org",
		"https://example.org:1": "example.org:1 example.org",
	} {
		got := addresses([]string{in})[0]
		if text := got.Addr + " " + got.ServerName; text != want {
			t.Errorf("%s: got %s, want %s", in, text, want)
		}
	}

	for name, opts := range map[string][]Option{
		"no endpoint":    {WithTLS(&tls.Config{})},
		"no certificate": {WithEndpoints("x")},
		"other authentication": {WithContext(&talosconfig.Context{
			Endpoints: []string{"x"}, Auth: talosconfig.Auth{SideroV1: &talosconfig.SideroV1{}},
		})},
		"proxy of an unknown kind": {WithContext(&talosconfig.Context{Endpoints: []string{"x"}, ProxyURL: "ftp://x"})},
	} {
		if _, err := New(opts...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()

	refused := &common.Metadata{Hostname: "b", Error: "text", Status: status.New(codes.Unavailable, "refused").Proto()}

	err := Failures(&machine.VersionResponse{Messages: []*machine.Version{
		{Metadata: &common.Metadata{Hostname: "a"}, Version: &machine.VersionInfo{}},
		{Metadata: refused},
		{Metadata: &common.Metadata{Hostname: "c", Error: "only text"}},
	}})

	if err == nil || err.Error() != "b: rpc error: code = Unavailable desc = refused\nc: only text" {
		t.Errorf("got %v", err)
	}

	var node *NodeError
	if !errors.As(err, &node) || node.Node != "b" || status.Code(node.Err) != codes.Unavailable {
		t.Errorf("first failure: %+v", node)
	}

	if err := Failures(&common.Data{Metadata: refused}); err == nil {
		t.Error("failure in a stream was not seen")
	}

	for _, fine := range []proto.Message{nil, &emptypb.Empty{}, &common.Data{Bytes: []byte("x")}, &machine.VersionResponse{}} {
		if err := Failures(fine); err != nil {
			t.Errorf("%v: %v", fine, err)
		}
	}

	if got := Node(&common.Data{Metadata: refused}, "x") + Node(&common.Data{}, "x"); got != "bx" {
		t.Errorf("node: %s", got)
	}
}

func TestPayload(t *testing.T) {
	t.Parallel()

	value, err := proto.Marshal(&machine.TaskEvent{Task: "x"})
	if err != nil {
		t.Fatal(err)
	}

	got, err := Payload(&machine.Event{Data: &anypb.Any{TypeUrl: "talos/runtime/machine.TaskEvent", Value: value}})
	if task, ok := got.(*machine.TaskEvent); !ok || err != nil || task.GetTask() != "x" {
		t.Errorf("got %v, %v", got, err)
	}

	if got, err := Payload(&machine.Event{Data: &anypb.Any{}}); got != nil || err != nil {
		t.Errorf("greeting: %v, %v", got, err)
	}

	if _, err := Payload(&machine.Event{Data: &anypb.Any{TypeUrl: "talos/runtime/machine.Nothing"}}); err == nil {
		t.Error("unknown event was decoded")
	}
}
