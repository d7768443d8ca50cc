//go:build budget

package apid

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	stateserver "github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

const (
	// The budget of PID 1's program, which this is under another name.
	maxBinary = 50 << 20
	// Memory of its own. Code is shared with PID 1.
	maxOwn   = 10 << 20
	maxStart = 2 * time.Second
)

// TestBudget runs the real program, built as for an image, beside a state and a
// machined of the test, and measures it.
func TestBudget(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "apid")

	build := exec.Command("go", "build", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", binary, "../../../cmd/machined")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")

	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}

	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}

	t.Logf("binary: %.1f MiB", float64(info.Size())/(1<<20))

	if info.Size() > maxBinary {
		t.Errorf("binary has %d bytes, more than %d", info.Size(), maxBinary)
	}

	ca := certtest.NewCA(t, "talos")
	st := state.WrapCore(namespaced.NewState(inmem.Build))

	listenUnix(t, filepath.Join(dir, "state"), func(s *grpc.Server) { v1alpha1.RegisterStateServer(s, stateserver.NewState(st)) })
	listenUnix(t, filepath.Join(dir, "machine"), func(s *grpc.Server) {
		machine.RegisterMachineServiceServer(s, &node{ip: "127.0.0.1"})
	})

	for _, res := range []resource.Resource{
		secrets.ApiCertificates.New(secrets.APIID, secrets.APICertsSpec{
			AcceptedCAs: ca.Accepted(), Server: ca.Server(t, "127.0.0.1"), Client: ca.Client(t, []string{"os:impersonator"}),
		}),
		network.NodeAddresses.New(addressesID, network.NodeAddressSpec{Addresses: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8")}}),
		runtime.APIServiceConfigs.New(serviceConfigID, runtime.APIServiceConfigSpec{ListenAddress: "127.0.0.1:50000"}),
	} {
		if err := st.Create(t.Context(), res); err != nil {
			t.Fatal(err)
		}
	}

	start := time.Now()

	cmd := exec.Command(binary, "-state", filepath.Join(dir, "state"), "-machine", filepath.Join(dir, "machine"))
	cmd.Stderr = os.Stderr

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck
		cmd.Wait()         //nolint:errcheck
	})

	for {
		if conn, err := net.Dial("tcp", "127.0.0.1:50000"); err == nil {
			conn.Close()

			break
		}

		if time.Since(start) > maxStart {
			t.Fatal("does not listen")
		}

		time.Sleep(time.Millisecond)
	}

	t.Logf("listening after %s", time.Since(start))

	time.Sleep(time.Second)

	if got := ownMemory(t, cmd.Process.Pid); got > maxOwn {
		t.Errorf("%d bytes of memory of its own, more than %d", got, maxOwn)
	}

	c := &cluster{ca: ca, port: 50000}
	client := c.dial(t, &tls.Config{Certificates: []tls.Certificate{certtest.TLS(t, ca.Client(t, []string{"os:reader"}))}})

	call := func(count int) {
		for range count {
			if _, err := client.Version(t.Context(), &emptypb.Empty{}); err != nil {
				t.Error(err)

				return
			}
		}
	}

	call(100)

	used := processorTime(t, cmd.Process.Pid)
	begin := time.Now()
	call(2000)
	t.Logf("latency of a call: %s", time.Since(begin)/2000)
	t.Logf("CPU of a call: %s", (processorTime(t, cmd.Process.Pid)-used)/2000) // hack/bench compares with it

	begin = time.Now()

	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { call(200) })
	}

	wg.Wait()
	t.Logf("%.0f calls per second", 10000/time.Since(begin).Seconds())

	t.Logf("%d bytes of memory of its own after that", ownMemory(t, cmd.Process.Pid))
}

func listenUnix(t *testing.T, path string, register func(*grpc.Server)) {
	t.Helper()

	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}

	srv := grpc.NewServer()
	register(srv)

	go srv.Serve(listener) //nolint:errcheck // ends with Stop

	t.Cleanup(srv.Stop)
}

// ownMemory is the anonymous memory of a process, in bytes.
func ownMemory(t *testing.T, pid int) int {
	t.Helper()

	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		t.Fatal(err)
	}

	for line := range strings.Lines(string(rollup)) {
		var kib int
		if _, err := fmt.Sscanf(line, "Anonymous: %d kB", &kib); err == nil {
			return kib << 10
		}
	}

	t.Fatalf("no anonymous memory in %s", rollup)

	return 0
}

// processorTime of a process, user and system, in the clock ticks of proc_pid_stat(5).
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()

	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}

	_, rest, _ := strings.Cut(string(stat), ") ")

	var user, system int
	if _, err = fmt.Sscanf(strings.Join(strings.Fields(rest)[11:13], " "), "%d %d", &user, &system); err != nil {
		t.Fatal(err)
	}

	return time.Duration(user+system) * 10 * time.Millisecond
}
