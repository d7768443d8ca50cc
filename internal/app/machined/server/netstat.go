package server

import (
	"context"
	"os"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/sockets"
)

// Netstat lists sockets of the machine's network and of pods'. Nothing said
// about protocols means all of them, about networks the machine's.
func (s *machineService) Netstat(ctx context.Context, req *machine.NetstatRequest) (*machine.NetstatResponse, error) {
	networks, err := s.networks(ctx, req.GetNetns())
	if err != nil {
		return nil, err
	}

	var owners map[uint64]sockets.Owner

	if req.GetFeature().GetPid() {
		if owners, err = sockets.Owners(); err != nil {
			return nil, err
		}
	}

	out := &machine.Netstat{}

	for _, n := range networks {
		for _, protocol := range protocols(req.GetL4Proto()) {
			list, err := sockets.List(n.pid, protocol)
			if err != nil {
				// Pods come and go; the machine's own network stays.
				if n.name != "" {
					break
				}

				return nil, err
			}

			for _, sock := range list {
				if filtered(sock, req.GetFilter()) {
					continue
				}

				record := connectRecord(sock, n.name)
				if o, ok := owners[sock.Inode]; ok && sock.Inode != 0 {
					record.Process = &machine.ConnectRecord_Process{Pid: uint32(o.PID), Name: o.Name} //nolint:gosec // never negative
				}

				out.Connectrecord = append(out.Connectrecord, record)
			}
		}
	}

	return &machine.NetstatResponse{Messages: []*machine.Netstat{out}}, nil
}

// podNetwork is a network namespace and a process in it.
type podNetwork struct {
	name string // empty for the machine's
	pid  int
}

func (s *machineService) networks(ctx context.Context, want *machine.NetstatRequest_NetNS) ([]podNetwork, error) {
	var out []podNetwork

	if want.GetHostnetwork() || want.GetAllnetns() || len(want.GetNetns()) == 0 {
		out = append(out, podNetwork{pid: os.Getpid()})
	}

	if !want.GetAllnetns() && len(want.GetNetns()) == 0 {
		return out, nil
	}

	list, err := s.deps.CRI.List(ctx, criclient.Kubernetes)
	if err != nil {
		return nil, err
	}

	pods := podNetworks(list)

	for _, name := range want.GetNetns() {
		if !slices.ContainsFunc(pods, func(p podNetwork) bool { return p.name == name }) {
			return nil, status.Errorf(codes.NotFound, "no pod has network namespace %q", name)
		}
	}

	for _, p := range pods {
		if want.GetAllnetns() || slices.Contains(want.GetNetns(), p.name) {
			out = append(out, p)
		}
	}

	return out, nil
}

// podNetworks has each namespace once, by the first process that runs in it.
func podNetworks(list []criclient.Info) []podNetwork {
	var out []podNetwork

	for _, i := range list {
		if i.PID != 0 && i.NetNS != "" && !slices.ContainsFunc(out, func(p podNetwork) bool { return p.name == i.NetNS }) {
			out = append(out, podNetwork{name: i.NetNS, pid: int(i.PID)})
		}
	}

	return out
}

func protocols(want *machine.NetstatRequest_L4Proto) []string {
	var out []string

	for i, on := range []bool{
		want.GetTcp(), want.GetTcp6(), want.GetUdp(), want.GetUdp6(),
		want.GetUdplite(), want.GetUdplite6(), want.GetRaw(), want.GetRaw6(),
	} {
		if on {
			out = append(out, sockets.Protocols[i])
		}
	}

	if out == nil {
		return sockets.Protocols
	}

	return out
}

func filtered(s sockets.Socket, f machine.NetstatRequest_Filter) bool {
	switch f {
	case machine.NetstatRequest_CONNECTED:
		return s.Waiting()
	case machine.NetstatRequest_LISTENING:
		return !s.Waiting()
	default:
		return false
	}
}

// connectRecord: states and timers have the kernel's numbers.
func connectRecord(s sockets.Socket, netns string) *machine.ConnectRecord {
	return &machine.ConnectRecord{
		L4Proto: s.Protocol, Netns: netns,
		Localip: s.Local.Addr().String(), Localport: uint32(s.Local.Port()),
		Remoteip: s.Remote.Addr().String(), Remoteport: uint32(s.Remote.Port()),
		State:   machine.ConnectRecord_State(s.State), //nolint:gosec // a small number
		Txqueue: s.TxQueue, Rxqueue: s.RxQueue,
		Tr: machine.ConnectRecord_TimerActive(s.Timer), Timerwhen: s.TimerWhen, //nolint:gosec // a small number
		Retrnsmt: s.Retransmits, Uid: s.UID, Timeout: s.Timeout, Inode: s.Inode, Ref: s.Ref, Pointer: s.Pointer,
	}
}
