package apid

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

func TestCallToOneNode(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 2)
	client := c.as(t, "os:reader")

	for _, tt := range []struct {
		name  string
		pairs []string
		by    int
		from  string
	}{
		{"no key is answered here", nil, 0, "[]"},
		{"own address is answered here", []string{"node", "127.0.0.1"}, 0, "[]"},
		{"own name is answered here", []string{"node", "node-1"}, 0, "[]"},
		{"another node is asked", []string{"node", "127.0.0.2"}, 1, fmt.Sprintf("[127.0.0.1:%d]", c.port)},
		{"claimed roles do not get through", []string{"talos-role", "os:admin"}, 0, "[]"},
		{"claimed roles do not get through to another node", []string{"talos-role", "os:admin", "node", "127.0.0.2"}, 1, fmt.Sprintf("[127.0.0.1:%d]", c.port)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var header, trailer metadata.MD

			resp, err := client.Version(within(t, tt.pairs...), &emptypb.Empty{}, grpc.Header(&header), grpc.Trailer(&trailer))
			if err != nil {
				t.Fatal(err)
			}

			n := c.nodes[tt.by]
			if got := resp.GetMessages()[0].GetVersion().GetTag(); got != n.ip {
				t.Errorf("answered by %s, want %s", got, n.ip)
			}

			if resp.GetMessages()[0].GetMetadata() != nil {
				t.Error("an answer of one node has metadata")
			}

			if header.Get("answered-by")[0] != n.ip || trailer.Get("finished-by")[0] != n.ip {
				t.Errorf("header %v, trailer %v", header, trailer)
			}

			if n.value("talos-role") != "[os:reader]" || n.value("proxyfrom") != tt.from {
				t.Errorf("backend saw roles %s from %s", n.value("talos-role"), n.value("proxyfrom"))
			}
		})
	}

	t.Run("errors come as they are", func(t *testing.T) {
		_, err := client.Hostname(within(t, "node", "127.0.0.2"), &emptypb.Empty{})
		if status.Code(err) != codes.FailedPrecondition || status.Convert(err).Message() != "no name yet" {
			t.Error(err)
		}
	})

	t.Run("a node that is down", func(t *testing.T) {
		_, err := client.Version(within(t, "node", "127.0.0.9"), &emptypb.Empty{})
		if status.Code(err) != codes.Unavailable {
			t.Error(err)
		}
	})

	t.Run("what nobody implements", func(t *testing.T) {
		_, err := client.LoadAvg(within(t, "node", "127.0.0.2"), &emptypb.Empty{})
		if status.Code(err) != codes.Unimplemented {
			t.Error(err)
		}
	})

	t.Run("compressed", func(t *testing.T) {
		if _, err := client.Version(within(t), &emptypb.Empty{}, grpc.UseCompressor(gzip.Name)); err != nil {
			t.Error(err)
		}
	})

	t.Run("stream", func(t *testing.T) {
		stream, err := client.Dmesg(within(t, "node", "127.0.0.2"), &machine.DmesgRequest{Tail: true})
		if err != nil {
			t.Fatal(err)
		}

		got, err := drainAll(stream)
		if fmt.Sprint(got) != "[ 127.0.0.2:0  127.0.0.2:1  127.0.0.2:2]" || status.Code(err) != codes.DataLoss {
			t.Errorf("got %v, %v", got, err)
		}
	})

	t.Run("upload larger than every window", func(t *testing.T) {
		stream, err := c.as(t, "os:admin").EtcdRecover(within(t, "node", "127.0.0.2"))
		if err != nil {
			t.Fatal(err)
		}

		for range 64 {
			if err := stream.Send(&common.Data{Bytes: make([]byte, 256<<10)}); err != nil {
				t.Fatal(err)
			}
		}

		if _, err := stream.CloseAndRecv(); err != nil {
			t.Fatal(err)
		}

		if got := c.nodes[1].value("received"); got != fmt.Sprintf("[%d]", 64*256<<10) {
			t.Errorf("received %s", got)
		}
	})

	t.Run("message of 20 MiB", func(t *testing.T) {
		stream, err := c.as(t, "os:admin").EtcdRecover(within(t, "node", "127.0.0.2"))
		if err != nil {
			t.Fatal(err)
		}

		if err := stream.Send(&common.Data{Bytes: make([]byte, 20<<20)}); err != nil {
			t.Fatal(err)
		}

		if _, err := stream.CloseAndRecv(); err != nil {
			t.Error(err)
		}
	})
}

func TestCallToSeveralNodes(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 3)
	client := c.as(t, "os:reader", "os:operator")
	ctx := within(t, "nodes", "127.0.0.1", "nodes", "127.0.0.2", "nodes", "node-1", "nodes", "127.0.0.9")

	t.Run("unary answers are merged and labelled", func(t *testing.T) {
		resp, err := client.Version(ctx, &emptypb.Empty{})
		if err != nil {
			t.Fatal(err)
		}

		var got []string
		for _, m := range resp.GetMessages() {
			got = append(got, m.GetMetadata().GetHostname()+"="+m.GetVersion().GetTag())
		}

		if fmt.Sprint(got) != "[127.0.0.1=127.0.0.1 127.0.0.2=127.0.0.2 node-1=127.0.0.1 127.0.0.9=]" {
			t.Errorf("got %v", got)
		}

		down := resp.GetMessages()[3].GetMetadata()
		if codes.Code(down.GetStatus().GetCode()) != codes.Unavailable || !strings.HasPrefix(down.GetError(), "rpc error: code = Unavailable desc = ") {
			t.Errorf("node that is down: %v", down)
		}

		if got := c.nodes[1].value("talos-role"); got != "[os:operator os:reader]" {
			t.Errorf("roles at another node: %s", got)
		}
	})

	t.Run("errors are carried per node", func(t *testing.T) {
		resp, err := client.Hostname(ctx, &emptypb.Empty{})
		if err != nil {
			t.Fatal(err)
		}

		if m := resp.GetMessages()[1]; m.GetMetadata().GetError() != "rpc error: code = FailedPrecondition desc = no name yet" || m.GetHostname() != "" {
			t.Errorf("got %v", m)
		}
	})

	t.Run("all nodes fail and the call does not", func(t *testing.T) {
		resp, err := client.Memory(within(t, "nodes", "127.0.0.2", "nodes", "127.0.0.3"), &emptypb.Empty{})
		if err != nil || len(resp.GetMessages()) != 2 || codes.Code(resp.GetMessages()[1].GetMetadata().GetStatus().GetCode()) != codes.Unimplemented {
			t.Errorf("got %v, %v", resp, err)
		}
	})

	t.Run("streams are passed on item by item", func(t *testing.T) {
		stream, err := client.Dmesg(ctx, &machine.DmesgRequest{Tail: true})
		if err != nil {
			t.Fatal(err)
		}

		got, err := drainAll(stream)
		slices.Sort(got)

		var want []string
		for _, name := range []string{"127.0.0.1", "127.0.0.2", "node-1"} {
			ip := strings.Replace(name, "node-1", "127.0.0.1", 1)
			want = append(want, name+" rpc error: code = DataLoss desc = ring buffer overrun")
			want = append(want, name+" "+ip+":0", name+" "+ip+":1", name+" "+ip+":2")
		}

		slices.Sort(want)

		got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "127.0.0.9 rpc error: code = Unavailable") })

		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v\nwant %q", got, err, want)
		}
	})

	t.Run("streams end with the caller", func(t *testing.T) {
		ctx := within(t, "nodes", "127.0.0.1", "nodes", "127.0.0.2")

		stream, err := client.Dmesg(ctx, &machine.DmesgRequest{Follow: true})
		if err != nil {
			t.Fatal(err)
		}

		for range 6 {
			if _, err := stream.Recv(); err != nil {
				t.Fatal(err)
			}
		}
	})

	t.Run("uploads reach every node", func(t *testing.T) {
		stream, err := c.as(t, "os:admin").EtcdRecover(within(t, "nodes", "127.0.0.1", "nodes", "127.0.0.3", "nodes", "127.0.0.9"))
		if err != nil {
			t.Fatal(err)
		}

		for range 8 {
			if err := stream.Send(&common.Data{Bytes: make([]byte, 100<<10)}); err != nil {
				t.Fatal(err)
			}
		}

		resp, err := stream.CloseAndRecv()
		if err != nil || len(resp.GetMessages()) != 3 {
			t.Fatalf("got %v, %v", resp, err)
		}

		for _, i := range []int{0, 2} {
			if got := c.nodes[i].value("received"); got != fmt.Sprintf("[%d]", 8*100<<10) {
				t.Errorf("node %d received %s", i, got)
			}
		}
	})
}

// drainAll lists what a stream carries: the label, the error, the data.
func drainAll(stream grpc.ServerStreamingClient[common.Data]) ([]string, error) {
	var out []string

	for {
		data, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}

		if err != nil {
			return out, err
		}

		out = append(out, data.GetMetadata().GetHostname()+" "+data.GetMetadata().GetError()+string(data.GetBytes()))
	}
}

func TestCallersAreRefusedAndCounted(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 1)
	other := certtest.NewCA(t, "other")
	one := func(p tls.Certificate) []tls.Certificate { return []tls.Certificate{p} }

	for _, tt := range []struct {
		name   string
		config *tls.Config
		cause  string
		code   codes.Code
	}{
		{"no certificate", &tls.Config{}, "no client certificate", codes.Unavailable},
		{"wrong CA", &tls.Config{GetClientCertificate: always(certtest.TLS(t, other.Client(t, []string{"os:admin"})))}, "client certificate of an unknown CA", codes.Unavailable},
		{"expired", &tls.Config{Certificates: one(certtest.TLS(t, c.ca.Client(t, []string{"os:admin"}, certtest.Expired)))}, "expired client certificate", codes.Unavailable},
		{"server certificate", &tls.Config{GetClientCertificate: always(certtest.TLS(t, c.ca.Server(t)))}, "client certificate for another purpose", codes.Unavailable},
		{"certificate for client and server", &tls.Config{Certificates: one(certtest.TLS(t, c.ca.Client(t, []string{"os:admin"},
			certtest.Usage(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth))))}, "client certificate for another purpose", codes.Unavailable},
		{"too small a role", &tls.Config{Certificates: one(certtest.TLS(t, c.ca.Client(t, []string{"os:reader"})))}, "role", codes.PermissionDenied},
		{"no role", &tls.Config{Certificates: one(certtest.TLS(t, c.ca.Client(t, nil)))}, "role", codes.PermissionDenied},
		{"TLS 1.2", &tls.Config{MaxVersion: tls.VersionTLS12, Certificates: one(certtest.TLS(t, c.ca.Client(t, []string{"os:admin"})))}, "", codes.Unavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := c.nodes[0].door.denials.Counts()

			_, err := c.dial(t, tt.config).Reset(within(t), &machine.ResetRequest{})
			if status.Code(err) != tt.code {
				t.Errorf("got %v, want %v", err, tt.code)
			}

			after := c.nodes[0].door.denials.Counts()
			if tt.cause != "" && after[tt.cause] <= before[tt.cause] {
				t.Errorf("not counted as %q: %v", tt.cause, after)
			}
		})
	}

	if _, err := c.as(t, "os:admin").Reset(within(t), &machine.ResetRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("administrator: %v", err)
	}
}

// always presents a certificate even if it is not of a CA the server asked for.
func always(cert tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
}

func TestMaintenanceMode(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 1)
	n := c.nodes[0]

	self := certtest.NewCA(t, "maintenance")
	n.set(t, c, secrets.APICertsSpec{Server: self.Server(t, n.ip), SkipVerifyingClientCert: true},
		runtime.APIServiceConfigSpec{NodeRoutingDisabled: true, ReadonlyRoleMode: true, SkipVerifyingClientCert: true})

	anybody := c.dial(t, &tls.Config{InsecureSkipVerify: true})

	if _, err := anybody.Version(within(t, "nodes", "127.0.0.9", "talos-role", "os:admin"), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}

	if got := n.value("talos-role"); got != "[os:reader]" {
		t.Errorf("anybody has roles %s", got)
	}

	if _, err := anybody.Reset(within(t), &machine.ResetRequest{}); status.Code(err) != codes.PermissionDenied {
		t.Errorf("reset by anybody: %v", err)
	}

	// The node gets its configuration; the connection from before stays open.
	n.set(t, c, secrets.APICertsSpec{AcceptedCAs: c.ca.Accepted(), Server: c.ca.Server(t, n.ip)}, runtime.APIServiceConfigSpec{})

	if _, err := anybody.Version(within(t), &emptypb.Empty{}); status.Code(err) != codes.Unauthenticated {
		t.Errorf("connection from before the configuration: got %v, want Unauthenticated", err)
	}

	if _, err := c.as(t, "os:reader").Version(within(t), &emptypb.Empty{}); err != nil {
		t.Error(err)
	}

	if _, err := c.as(t, "os:reader").Version(within(t, "node", "127.0.0.9"), &emptypb.Empty{}); status.Code(err) != codes.PermissionDenied {
		t.Errorf("a worker forwarded: %v", err)
	}
}

func TestStateIsReadAndWatchedOverTheSameDoor(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 2)
	st := c.nodes[1].state

	remote, err := client.New(
		client.WithEndpoints(fmt.Sprintf("127.0.0.1:%d", c.port)),
		client.WithTLS(&tls.Config{RootCAs: c.ca.Pool(), Certificates: []tls.Certificate{certtest.TLS(t, c.ca.Client(t, []string{"os:reader"}))}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()

	ctx := client.WithNode(within(t), "127.0.0.2")
	name := network.HostnameStatuses.New(hostnameID, network.HostnameStatusSpec{Hostname: "a"})

	events := make(chan state.Event)
	if err := remote.State.Watch(ctx, name.Metadata(), events); err != nil {
		t.Fatal(err)
	}

	if event := <-events; event.Type != state.Destroyed {
		t.Errorf("before it exists: %s", event.Type)
	}

	if err := st.Create(ctx, name); err != nil {
		t.Fatal(err)
	}

	event := <-events

	got, err := network.HostnameStatuses.Cast(event.Resource)
	if err != nil || got.TypedSpec().Hostname != "a" {
		t.Errorf("watched %v, %v", event, err)
	}

	if got, err := network.HostnameStatuses.Get(ctx, remote.State, hostnameID); err != nil || got.TypedSpec().Hostname != "a" {
		t.Errorf("got %v, %v", got, err)
	}

	if _, err := network.HostnameStatuses.Get(ctx, remote.State, "other"); !state.IsNotFoundError(err) {
		t.Errorf("what does not exist: %v", err)
	}

	// Writing needs a role that this caller lacks, whatever the node thinks of it.
	if err := remote.State.Destroy(ctx, name.Metadata()); err == nil || !strings.Contains(err.Error(), "not authorized") {
		t.Errorf("destroy: %v", err)
	}
}

func TestTheDoorFollowsTheState(t *testing.T) {
	t.Parallel()

	c := &cluster{ca: certtest.NewCA(t, "talos")}
	st := state.WrapCore(namespaced.NewState(inmem.Build))
	d := newDoor(nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})

	go func() {
		defer close(done)

		d.watcher.run(ctx, st)
	}()

	t.Cleanup(func() {
		cancel()
		<-done
		d.close()
	})

	address := func(last string) string {
		for range 500 {
			d.mu.Lock()
			listener := d.listener
			d.mu.Unlock()

			if listener != nil && listener.Addr().String() != last {
				return listener.Addr().String()
			}

			time.Sleep(10 * time.Millisecond)
		}

		t.Fatal("the door is not where the state says")

		return ""
	}

	where := runtime.APIServiceConfigs.New(serviceConfigID, runtime.APIServiceConfigSpec{ListenAddress: "127.0.0.1:0"})
	if err := st.Create(ctx, where); err != nil {
		t.Fatal(err)
	}

	certificates := secrets.ApiCertificates.New(secrets.APIID, secrets.APICertsSpec{AcceptedCAs: c.ca.Accepted(), Server: c.ca.Server(t, "127.0.0.1")})
	if err := st.Create(ctx, certificates); err != nil {
		t.Fatal(err)
	}

	if err := st.Create(ctx, network.HostnameStatuses.New(hostnameID, network.HostnameStatusSpec{Hostname: "n", Domainname: "x.y"})); err != nil {
		t.Fatal(err)
	}

	first := address("")

	where.TypedSpec().ListenAddress = "127.0.0.2:0"
	if err := st.Update(ctx, where); err != nil {
		t.Fatal(err)
	}

	second := address(first)

	if !strings.HasPrefix(second, "127.0.0.2:") {
		t.Errorf("moved from %s to %s", first, second)
	}

	if conn, err := net.Dial("tcp", first); err == nil {
		conn.Close()
		t.Error("still at the old address")
	}

	// Certificates that cannot be used change nothing.
	before := d.watcher.view().certs

	certificates.TypedSpec().Server = nil
	if err := st.Update(ctx, certificates); err != nil {
		t.Fatal(err)
	}

	for d.watcher.view().node().FQDN != "n.x.y" {
		time.Sleep(10 * time.Millisecond)
	}

	if d.watcher.view().certs != before || d.watcher.view().node().Forwards {
		t.Error("certificates were replaced by unusable ones")
	}
}

func TestReissuedCertificatesBreakNoConnection(t *testing.T) {
	t.Parallel()

	c := newCluster(t, 2)
	client := c.as(t, "os:reader")

	stream, err := client.Dmesg(within(t, "node", "127.0.0.2"), &machine.DmesgRequest{Follow: true})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}

	for _, n := range c.nodes {
		n.set(t, c, secrets.APICertsSpec{
			AcceptedCAs: c.ca.Accepted(), Server: c.ca.Server(t, n.ip), Client: c.ca.Client(t, []string{"os:impersonator"}),
		}, runtime.APIServiceConfigSpec{})
	}

	for range 2 {
		if _, err := stream.Recv(); err != nil {
			t.Fatalf("stream from before: %v", err)
		}
	}

	if _, err := client.Version(within(t, "node", "127.0.0.2"), &emptypb.Empty{}); err != nil {
		t.Error(err)
	}
}
