package server

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/controller"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/cluster"
	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/inspect"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	timeapi "github.com/talos-os/talos/api/time"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// timeServer answers one question with a clock that is an hour ahead.
func timeServer(t *testing.T) string {
	t.Helper()

	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { conn.Close() }) //nolint:errcheck

	go func() {
		buf := make([]byte, 48)

		for {
			_, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}

			answer := make([]byte, 48)
			answer[0], answer[1] = 4<<3|4, 1
			copy(answer[24:32], buf[40:48]) // what was asked, given back

			seconds := uint32(time.Now().Add(time.Hour).Unix() + 2208988800) //nolint:gosec // wraps as the protocol does
			for _, at := range []int{32, 40} {
				answer[at], answer[at+1], answer[at+2], answer[at+3] = byte(seconds>>24), byte(seconds>>16), byte(seconds>>8), byte(seconds)
			}

			conn.WriteTo(answer, from) //nolint:errcheck
		}
	}()

	return conn.LocalAddr().String()
}

func TestTime(t *testing.T) {
	t.Parallel()

	n := start(t)
	client := timeapi.NewTimeServiceClient(n.dial("machined/machine.sock"))
	reader := as(t.Context(), "os:reader")

	_, err := client.Time(reader, &emptypb.Empty{})
	wantCode(t, "no servers", err, codes.FailedPrecondition, "no time servers")

	for _, bad := range []string{"", "/dev/mem"} {
		_, err = client.TimeCheck(reader, &timeapi.TimeRequest{Server: bad})
		wantCode(t, bad, err, codes.InvalidArgument, "not the name")
	}

	good := timeServer(t)
	servers := network.TimeServerStatuses.New(network.TimeServerID, network.TimeServerStatusSpec{NTPServers: []string{"/dev/none", good}})

	if err = n.deps.State.Create(t.Context(), servers); err != nil {
		t.Fatal(err)
	}

	ask := map[string]func() (*timeapi.TimeResponse, error){
		"time": func() (*timeapi.TimeResponse, error) { return client.Time(reader, &emptypb.Empty{}) },
		"time check": func() (*timeapi.TimeResponse, error) {
			return client.TimeCheck(reader, &timeapi.TimeRequest{Server: good})
		},
	}
	for name, f := range ask {
		got, err := f()
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		m := got.Messages[0]
		if off := m.Remotetime.AsTime().Sub(m.Localtime.AsTime()); m.Server != good || off < time.Hour-2*time.Second || off > time.Hour+2*time.Second {
			t.Errorf("%s: got %v", name, m)
		}
	}
}

func TestControllerDependencies(t *testing.T) {
	t.Parallel()

	n := start(t, func(d *Deps) {
		d.Dependencies = func() (*controller.DependencyGraph, error) {
			return &controller.DependencyGraph{Edges: []controller.DependencyEdge{
				{ControllerName: "a.B", EdgeType: controller.EdgeOutputShared, ResourceType: "As"},
				{ControllerName: "a.B", EdgeType: controller.EdgeInputWeak, ResourceNamespace: "network", ResourceType: "Bs", ResourceID: "x"},
			}}, nil
		}
	})

	got, err := inspect.NewInspectServiceClient(n.dial("machined/machine.sock")).ControllerRuntimeDependencies(as(t.Context(), "os:reader"), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}

	edges := got.Messages[0].Edges
	if len(edges) != 2 || edges[0].EdgeType != inspect.DependencyEdgeType_OUTPUT_SHARED || edges[1].EdgeType != inspect.DependencyEdgeType_INPUT_WEAK ||
		edges[1].ResourceId != "x" || edges[1].ResourceNamespace != "network" || edges[0].ControllerName != "a.B" {
		t.Errorf("got %v", edges)
	}
}

func TestHealthNeedsACertificateForOtherNodes(t *testing.T) {
	t.Parallel()

	n := start(t)

	stream, err := cluster.NewClusterServiceClient(n.dial("machined/machine.sock")).HealthCheck(as(t.Context(), "os:reader"),
		&cluster.HealthCheckRequest{WaitTimeout: durationpb.New(time.Second)})
	if err == nil {
		_, err = stream.Recv()
	}

	wantCode(t, "worker", err, codes.FailedPrecondition, "control plane")
}

func TestStatsLeaveOutWhatDoesNotRun(t *testing.T) {
	t.Parallel()

	if got := containerStats([]criclient.Info{{ID: "ended"}, {ID: "gone", PID: 1 << 30}}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestDisks(t *testing.T) {
	t.Parallel()

	n := start(t)

	for id, spec := range map[string]block.DiskSpec{
		"nvme0n1": {DevPath: "/dev/nvme0n1", Size: 7, Transport: "nvme", Model: "fast"},
		"sda":     {DevPath: "/dev/sda", Rotational: true, Readonly: true},
		"sr0":     {DevPath: "/dev/sr0", CDROM: true},
	} {
		if err := n.deps.State.Create(t.Context(), block.Disks.New(id, spec)); err != nil {
			t.Fatal(err)
		}
	}

	system := block.SystemDisks.New(block.SystemDiskID, block.SystemDiskSpec{DiskID: "sda", DevPath: "/dev/sda"})
	if err := n.deps.State.Create(t.Context(), system); err != nil {
		t.Fatal(err)
	}

	resp, err := storage.NewStorageServiceClient(n.dial("machined/machine.sock")).Disks(as(t.Context(), "os:reader"), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}

	var got []string
	for _, d := range resp.Messages[0].Disks {
		got = append(got, fmt.Sprintf("%s %s %s %d system=%v readonly=%v", d.DeviceName, d.Type, d.Model, d.Size, d.SystemDisk, d.Readonly))
	}

	want := "/dev/nvme0n1 NVME fast 7 system=false readonly=false\n/dev/sda HDD  0 system=true readonly=true\n/dev/sr0 CD  0 system=false readonly=false"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestStatfs(t *testing.T) {
	t.Parallel()

	n := start(t)
	client := machine.NewStorageServiceClient(n.dial("machined/machine.sock"))
	dir := t.TempDir()

	got, err := client.Statfs(n.admin(), &machine.StorageServiceStatfsRequest{Path: dir})
	if err != nil || got.Size == 0 || got.Used+got.Available != got.Size || got.InodesUsed+got.InodesFree != got.Inodes {
		t.Errorf("got %v, %v", got, err)
	}

	_, err = client.Statfs(n.admin(), &machine.StorageServiceStatfsRequest{Path: dir + "/gone"})
	wantCode(t, "gone", err, codes.NotFound, "gone")

	_, err = client.Statfs(n.admin(), &machine.StorageServiceStatfsRequest{Path: "etc"})
	wantCode(t, "relative", err, codes.InvalidArgument, "not absolute")
}

func TestDowngradeTo(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{"3.6": "3.6", "v3.6.1": "3.6", "3": "", "": "", "a.b": "", "3.6.1.2": "", "3.-1": ""} {
		if got, err := downgradeTo(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}

func TestRemovingAnImageNeedsAName(t *testing.T) {
	t.Parallel()

	n := start(t)
	images := machine.NewImageServiceClient(n.dial("machined/machine.sock"))
	system := &common.ContainerdInstance{Namespace: common.ContainerdNamespace_NS_SYSTEM}

	_, err := images.Remove(n.admin(), &machine.ImageServiceRemoveRequest{Containerd: system})
	wantCode(t, "no name", err, codes.InvalidArgument, "no image")

	_, err = images.Remove(n.admin(), &machine.ImageServiceRemoveRequest{ImageRef: "a"})
	wantCode(t, "no namespace", err, codes.InvalidArgument, "namespace")

	_, err = images.Remove(n.admin(), &machine.ImageServiceRemoveRequest{Containerd: system, ImageRef: "a"})
	wantCode(t, "no container runtime", err, codes.Unavailable, "")
}
