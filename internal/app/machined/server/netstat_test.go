package server

import (
	"net"
	"os"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/sockets"
)

func TestNetstat(t *testing.T) {
	t.Parallel()

	n := start(t)

	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck

	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck

	find := func(filter machine.NetstatRequest_Filter, local net.Addr) *machine.ConnectRecord {
		t.Helper()

		resp, err := n.client.Netstat(as(t.Context(), "os:reader"), &machine.NetstatRequest{
			Filter: filter, Feature: &machine.NetstatRequest_Feature{Pid: true}, L4Proto: &machine.NetstatRequest_L4Proto{Tcp: true},
		})
		if err != nil {
			t.Fatal(err)
		}

		addr := local.(*net.TCPAddr)

		for _, r := range resp.Messages[0].Connectrecord {
			if r.L4Proto != "tcp" {
				t.Errorf("got a socket of %s", r.L4Proto)
			}

			if r.Localip == addr.IP.String() && int(r.Localport) == addr.Port && r.Remoteport == 0 == (local == l.Addr()) {
				return r
			}
		}

		return nil
	}

	listening := find(machine.NetstatRequest_LISTENING, l.Addr())
	if listening.GetState() != machine.ConnectRecord_LISTEN || int(listening.GetProcess().GetPid()) != os.Getpid() {
		t.Errorf("listening: got %v", listening)
	}

	if got := find(machine.NetstatRequest_CONNECTED, l.Addr()); got != nil {
		t.Errorf("connected: got %v", got)
	}

	if got := find(machine.NetstatRequest_CONNECTED, c.LocalAddr()); got.GetState() != machine.ConnectRecord_ESTABLISHED {
		t.Errorf("connected: got %v", got)
	}

	if got := find(machine.NetstatRequest_LISTENING, c.LocalAddr()); got != nil {
		t.Errorf("listening: got %v", got)
	}
}

func TestNetstatOfPods(t *testing.T) {
	t.Parallel()

	got := podNetworks([]criclient.Info{
		{NetNS: "cni-1", PID: 10}, {NetNS: "cni-1", PID: 11}, {NetNS: "cni-2"}, {PID: 12}, {NetNS: "cni-3", PID: 13},
	})
	if len(got) != 2 || got[0] != (podNetwork{"cni-1", 10}) || got[1] != (podNetwork{"cni-3", 13}) {
		t.Errorf("got %v", got)
	}

	if got := strings.Join(protocols(&machine.NetstatRequest_L4Proto{Udp6: true, Raw: true}), " "); got != "udp6 raw" {
		t.Errorf("got %s", got)
	}

	if got := protocols(nil); len(got) != len(sockets.Protocols) {
		t.Errorf("got %v", got)
	}

	// The kernel's numbers are the API's.
	for state, name := range map[int]string{sockets.Established: "ESTABLISHED", sockets.SynReceived: "SYN_RECV", sockets.Closed: "CLOSE", sockets.Listen: "LISTEN"} {
		if got := machine.ConnectRecord_State(state).String(); got != name {
			t.Errorf("%d is %s, want %s", state, got, name)
		}
	}

	n := start(t)

	_, err := n.client.Netstat(n.admin(), &machine.NetstatRequest{Netns: &machine.NetstatRequest_NetNS{Netns: []string{"cni-1"}}})
	if err == nil {
		t.Error("sockets of a pod without a container runtime")
	}

	wantCode(t, "no runtime", err, codes.Unavailable, "")
}
