package server

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/api/storage"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// storageService is storage.StorageService, which clients of older versions ask
// for disks; newer ones read the state.
type storageService struct {
	storage.UnimplementedStorageServiceServer
	*Server
}

// Disks lists the disks.
func (s *storageService) Disks(ctx context.Context, _ *emptypb.Empty) (*storage.DisksResponse, error) {
	list, err := block.Disks.List(ctx, s.deps.State)
	if err != nil {
		return nil, err
	}

	system, err := block.SystemDisks.Find(ctx, s.deps.State, block.SystemDiskID)
	if err != nil {
		return nil, err
	}

	out := &storage.Disks{}

	for _, d := range list {
		spec := d.TypedSpec()

		out.Disks = append(out.Disks, &storage.Disk{
			Size: spec.Size, Model: spec.Model, DeviceName: spec.DevPath, Name: d.ID(), Serial: spec.Serial,
			Modalias: spec.Modalias, Uuid: spec.UUID, Wwid: spec.WWID, Type: diskType(spec), BusPath: spec.BusPath,
			SystemDisk: system != nil && system.TypedSpec().DiskID == d.ID(), Subsystem: spec.SubSystem, Readonly: spec.Readonly,
		})
	}

	return &storage.DisksResponse{Messages: []*storage.Disks{out}}, nil
}

// mountedStorage is machine.StorageService.
type mountedStorage struct {
	machine.UnimplementedStorageServiceServer
}

// Statfs tells how full the file system at a path is. What is reserved for root
// counts as used: nobody else gets it.
func (*mountedStorage) Statfs(_ context.Context, req *machine.StorageServiceStatfsRequest) (*machine.StorageServiceStatfsResponse, error) {
	path := req.GetPath()
	if !filepath.IsAbs(path) {
		return nil, status.Errorf(codes.InvalidArgument, "path %q is not absolute", path)
	}

	if _, err := os.Lstat(path); err != nil {
		return nil, err
	}

	fs, ok := statfs(path)
	if !ok {
		return nil, status.Errorf(codes.Unavailable, "the file system of %s does not answer", path)
	}

	block := uint64(fs.Bsize) //nolint:gosec // never negative

	return &machine.StorageServiceStatfsResponse{
		Size: fs.Blocks * block, Used: (fs.Blocks - fs.Bavail) * block, Available: fs.Bavail * block,
		Inodes: fs.Files, InodesUsed: fs.Files - fs.Ffree, InodesFree: fs.Ffree,
	}, nil
}

func diskType(d *block.DiskSpec) storage.Disk_DiskType {
	switch {
	case d.CDROM:
		return storage.Disk_CD
	case d.Transport == "nvme":
		return storage.Disk_NVME
	case d.Transport == "mmc" || strings.HasPrefix(d.DevPath, "/dev/mmcblk"):
		return storage.Disk_SD
	case d.Rotational:
		return storage.Disk_HDD
	default:
		return storage.Disk_SSD
	}
}
