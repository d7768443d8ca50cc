package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/internal/app/machined/services"
)

// chunkSize is the most bytes an item of a stream carries.
const chunkSize = 1024

// podLogs is where the kubelet keeps containers' logs.
const podLogs = "/var/log/pods"

// Logs streams the output of a service, or of a container of Kubernetes.
func (s *machineService) Logs(req *machine.LogsRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	ctx := stream.Context()

	var (
		reader io.Reader
		err    error
	)

	// kubelet is a service whichever namespace it is asked for in.
	if req.GetNamespace() == criclient.Kubernetes && req.GetId() != services.KubeletID {
		reader, err = s.containerLog(ctx, req)
	} else {
		var l *logs.Log

		if l, err = s.deps.Logs.Find(req.GetId()); err == nil {
			reader = l.Reader(ctx, logs.ReadOptions{TailLines: int(req.GetTailLines()), Follow: req.GetFollow()})
		}
	}

	if err != nil {
		return err
	}

	if closer, ok := reader.(io.Closer); ok {
		defer closer.Close() //nolint:errcheck
	}

	return sendAll(reader, stream)
}

// sendAll streams everything there is to read.
func sendAll(r io.Reader, stream grpc.ServerStreamingServer[common.Data]) error {
	buf := make([]byte, chunkSize)

	for {
		n, err := r.Read(buf)
		if n > 0 {
			if sendErr := stream.Send(&common.Data{Bytes: append([]byte(nil), buf[:n]...)}); sendErr != nil {
				return sendErr
			}
		}

		switch {
		case errors.Is(err, io.EOF), err != nil && stream.Context().Err() != nil:
			return nil
		case err != nil:
			return err
		}
	}
}

func (s *machineService) containerLog(ctx context.Context, req *machine.LogsRequest) (io.Reader, error) {
	list, err := s.deps.CRI.List(ctx, criclient.Kubernetes)
	if err != nil {
		return nil, err
	}

	info, ok := findContainer(list, req.GetId())
	if !ok || info.Sandbox {
		return nil, status.Errorf(codes.NotFound, "container %q is not found; an id is namespace/pod:container", req.GetId())
	}

	restarts := info.Restarts
	if restarts == "" {
		restarts = "0"
	}

	namespace, pod, _ := strings.Cut(info.PodID, "/")
	dir := filepath.Join(podLogs, fmt.Sprintf("%s_%s_%s", path.Base(namespace), path.Base(pod), path.Base(info.UID)), path.Base(info.Name))

	return logs.OpenFile(ctx, filepath.Join(dir, path.Base(restarts)+".log"),
		logs.ReadOptions{TailLines: int(req.GetTailLines()), Follow: req.GetFollow()})
}

// findContainer finds one by its ID, with or without what tells several lives of
// it apart; without, the one that runs is meant.
func findContainer(list []criclient.Info, id string) (criclient.Info, bool) {
	var (
		found criclient.Info
		ok    bool
	)

	for _, i := range list {
		if i.ID == id || i.InternalID == id {
			return i, true
		}

		if strings.HasPrefix(i.ID, id+":") && !i.Sandbox && (!ok || i.PID != 0) {
			found, ok = i, true
		}
	}

	return found, ok
}

// LogsContainers lists what there are logs of.
func (s *machineService) LogsContainers(context.Context, *emptypb.Empty) (*machine.LogsContainersResponse, error) {
	return &machine.LogsContainersResponse{Messages: []*machine.LogsContainer{{Ids: s.deps.Logs.Names()}}}, nil
}
