package server

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/cgroup"
)

// namespaceOf checks the namespace of a request about containers.
func namespaceOf(name string) (string, error) {
	switch name {
	case "", criclient.System:
		return criclient.System, nil
	case criclient.Kubernetes:
		return name, nil
	default:
		return "", status.Errorf(codes.InvalidArgument, "namespace %q is none of %s and %s", name, criclient.System, criclient.Kubernetes)
	}
}

// Containers lists the containers of a namespace.
func (s *machineService) Containers(ctx context.Context, req *machine.ContainersRequest) (*machine.ContainersResponse, error) {
	namespace, err := namespaceOf(req.GetNamespace())
	if err != nil {
		return nil, err
	}

	list, err := s.deps.CRI.List(ctx, namespace)
	if err != nil {
		return nil, err
	}

	var out []*machine.ContainerInfo

	for _, i := range list {
		out = append(out, &machine.ContainerInfo{
			Namespace: i.Namespace, Id: i.ID, Image: i.Image, Pid: i.PID, Status: i.Status, PodId: i.PodID,
			Name: i.Name, NetworkNamespace: i.NetNS, InternalId: i.InternalID, Uid: i.UID,
		})
	}

	return &machine.ContainersResponse{Messages: []*machine.Container{{Containers: out}}}, nil
}

// Stats tells what the containers that run use: memory in bytes, CPU time in
// nanoseconds. One that ends meanwhile is left out.
func (s *machineService) Stats(ctx context.Context, req *machine.StatsRequest) (*machine.StatsResponse, error) {
	namespace, err := namespaceOf(req.GetNamespace())
	if err != nil {
		return nil, err
	}

	list, err := s.deps.CRI.List(ctx, namespace)
	if err != nil {
		return nil, err
	}

	return &machine.StatsResponse{Messages: []*machine.Stats{{Stats: containerStats(list)}}}, nil
}

func containerStats(list []criclient.Info) []*machine.Stat {
	var out []*machine.Stat

	for _, i := range list {
		if i.PID == 0 {
			continue
		}

		group, err := cgroup.Of(int(i.PID))
		if err != nil {
			continue
		}

		used, err := group.Usage()
		if err != nil {
			continue
		}

		out = append(out, &machine.Stat{
			Namespace: i.Namespace, Id: i.ID, PodId: i.PodID, Name: i.Name,
			MemoryUsage: used.Memory, CpuUsage: uint64(used.CPU), //nolint:gosec // never negative
		})
	}

	return out
}

// Restart ends a container of Kubernetes; the kubelet starts it again.
func (s *machineService) Restart(ctx context.Context, req *machine.RestartRequest) (*machine.RestartResponse, error) {
	namespace, err := namespaceOf(req.GetNamespace())
	if err != nil {
		return nil, err
	}

	list, err := s.deps.CRI.List(ctx, namespace)
	if err != nil {
		return nil, err
	}

	info, ok := findContainer(list, req.GetId())
	if !ok {
		return nil, status.Errorf(codes.NotFound, "container %q is not found", req.GetId())
	}

	if err = s.deps.CRI.Terminate(ctx, namespace, info.InternalID); err != nil {
		return nil, err
	}

	return &machine.RestartResponse{Messages: []*machine.Restart{{}}}, nil
}
