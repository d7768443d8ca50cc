package follow_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"google.golang.org/grpc"

	"github.com/talos-os/talos/internal/follow"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestResourceReportsEveryChangeAcrossRestarts(t *testing.T) {
	t.Parallel()

	socket := filepath.Join(t.TempDir(), "s")
	st := state.WrapCore(namespaced.NewState(inmem.Build))

	remote, conn, err := follow.Dial(socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()

	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan string)
	done := make(chan struct{})

	go func() {
		defer close(done)

		follow.Resource(ctx, remote, network.HostnameStatuses, "hostname", func(spec *network.HostnameStatusSpec) {
			if spec == nil {
				seen <- "none"
			} else {
				seen <- spec.Hostname
			}
		})
	}()

	expect := func(want string) {
		t.Helper()

		if got := <-seen; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}

	stop := serve(t, socket, st) // after the first attempt to connect

	expect("none")

	res := network.HostnameStatuses.New("hostname", network.HostnameStatusSpec{Hostname: "a"})
	if err := st.Create(ctx, res); err != nil {
		t.Fatal(err)
	}

	expect("a")
	stop()

	res.TypedSpec().Hostname = "b"
	if err := st.Update(ctx, res); err != nil {
		t.Fatal(err)
	}

	stop = serve(t, socket, st)
	defer stop()

	expect("b")

	if err := st.Destroy(ctx, res.Metadata()); err != nil {
		t.Fatal(err)
	}

	expect("none")
	cancel()
	<-done
}

// Pauses that grow while nobody serves would make a program that starts well
// before PID 1's socket appears late by the last of them.
func TestResourceArrivesWithTheSocket(t *testing.T) {
	t.Parallel()

	socket := filepath.Join(t.TempDir(), "s")

	remote, conn, err := follow.Dial(socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()

	seen := make(chan struct{}, 1)

	go follow.Resource(t.Context(), remote, network.HostnameStatuses, "hostname", func(*network.HostnameStatusSpec) { seen <- struct{}{} })

	// Doubled from 100 ms on, attempts would be at 1.5 s and 3.1 s.
	time.Sleep(1600 * time.Millisecond)

	defer serve(t, socket, state.WrapCore(namespaced.NewState(inmem.Build)))()

	select {
	case <-seen:
	case <-time.After(time.Second):
		t.Fatal("nothing arrived within a second of the socket")
	}
}

func serve(t *testing.T, socket string, st state.State) (stop func()) {
	t.Helper()

	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}

	srv := grpc.NewServer()
	v1alpha1.RegisterStateServer(srv, server.NewState(st))

	go srv.Serve(listener) //nolint:errcheck // ends with Stop

	return srv.Stop
}
