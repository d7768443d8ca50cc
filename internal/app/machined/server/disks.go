package server

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

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
