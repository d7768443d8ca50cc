package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/services"
)

// EtcdRecover takes a snapshot for a later Bootstrap. What was uploaded only in
// part is not kept.
func (s *machineService) EtcdRecover(stream grpc.ClientStreamingServer[common.Data, machine.EtcdRecoverResponse]) error {
	if info, err := s.deps.Services.Info(services.EtcdID); err == nil && info.State == services.Running {
		return status.Error(codes.FailedPrecondition, "etcd runs on this node: its data would be lost")
	}

	if !s.recovering.TryLock() {
		return status.Error(codes.FailedPrecondition, "another snapshot is being uploaded")
	}
	defer s.recovering.Unlock()

	if err := receiveSnapshot(etcdctl.SnapshotPath, stream.Recv); err != nil {
		return err
	}

	return stream.SendAndClose(&machine.EtcdRecoverResponse{Messages: []*machine.EtcdRecover{{}}})
}

// partialSnapshot is how an upload is called until it is complete.
const partialSnapshot = ".etcd-snapshot-"

// receiveSnapshot writes a stream to a file, which appears when it is complete
// and on disk.
func receiveSnapshot(path string, recv func() (*common.Data, error)) (err error) {
	dir := filepath.Dir(path)

	// Of an upload during which power was lost.
	if old, _ := filepath.Glob(filepath.Join(dir, partialSnapshot+"*")); len(old) > 0 { //nolint:errcheck // the pattern is good
		for _, o := range old {
			os.Remove(o) //nolint:errcheck // it costs space only
		}
	}

	tmp, err := os.CreateTemp(dir, partialSnapshot+"*")
	if err != nil {
		return status.Errorf(codes.FailedPrecondition, "there is no place for a snapshot yet: %v", err)
	}

	defer os.Remove(tmp.Name()) //nolint:errcheck // gone when all went well
	defer tmp.Close()           //nolint:errcheck

	size := 0

	for {
		part, err := recv()
		if errors.Is(err, io.EOF) {
			break
		}

		if err != nil {
			return err
		}

		if _, err = tmp.Write(part.GetBytes()); err != nil {
			return fmt.Errorf("keep snapshot: %w", err)
		}

		size += len(part.GetBytes())
	}

	if size == 0 {
		return status.Error(codes.InvalidArgument, "the snapshot is empty")
	}

	if err = errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("keep snapshot: %w", err)
	}

	if err = os.Rename(tmp.Name(), path); err != nil {
		return err
	}

	d, err := os.Open(dir)
	if err != nil {
		return err
	}

	return errors.Join(d.Sync(), d.Close())
}
