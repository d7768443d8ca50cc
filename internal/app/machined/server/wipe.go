package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/storage"
	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// BlockDeviceWipe makes disks and partitions unrecognisable. All of them are
// checked before the first is touched.
func (s *storageService) BlockDeviceWipe(ctx context.Context, req *storage.BlockDeviceWipeRequest) (*storage.BlockDeviceWipeResponse, error) {
	v, err := s.observeWipe(ctx)
	if err != nil {
		return nil, err
	}

	wipes, err := planWipe(v, req.GetDevices())
	if err != nil {
		return nil, err
	}

	for _, w := range wipes {
		if err = blockctl.WipeDisk(w.path, w.full); err == nil && w.drop > 0 {
			err = blockctl.DropPartition(w.parent, w.drop)
		}

		if errors.Is(err, unix.EBUSY) {
			return nil, status.Error(codes.FailedPrecondition, err.Error())
		}

		if err != nil {
			return nil, err
		}
	}

	return &storage.BlockDeviceWipeResponse{Messages: []*storage.BlockDeviceWipe{{}}}, nil
}

// wipe is one device to be wiped.
type wipe struct {
	path string
	// full writes every byte.
	full bool
	// drop is the number of the partition to take out of the table of parent, 0 for none.
	drop   int
	parent string
}

// wipeView is what devices there are and who uses them.
type wipeView struct {
	disks   []block.DiskSpec
	volumes []block.DiscoveredVolumeSpec
	// used has the volumes of this system that have found their place.
	used map[string]block.VolumeStatusSpec
}

func (s *Server) observeWipe(ctx context.Context) (v wipeView, err error) {
	disks, err := block.Disks.List(ctx, s.deps.State)
	if err != nil {
		return v, err
	}

	for _, d := range disks {
		v.disks = append(v.disks, *d.TypedSpec())
	}

	volumes, err := block.DiscoveredVolumes.List(ctx, s.deps.State)
	if err != nil {
		return v, err
	}

	for _, d := range volumes {
		v.volumes = append(v.volumes, *d.TypedSpec())
	}

	statuses, err := block.VolumeStatuses.List(ctx, s.deps.State)
	if err != nil {
		return v, err
	}

	v.used = map[string]block.VolumeStatusSpec{}

	for _, st := range statuses {
		if st.TypedSpec().Location != "" {
			v.used[st.ID()] = *st.TypedSpec()
		}
	}

	return v, nil
}

func planWipe(v wipeView, devices []*storage.BlockDeviceWipeDescriptor) ([]wipe, error) {
	if len(devices) == 0 {
		return nil, status.Error(codes.InvalidArgument, "no device is named")
	}

	var out []wipe

	for _, d := range devices {
		w, err := v.plan(d)
		if err != nil {
			return nil, err
		}

		out = append(out, w)
	}

	return out, nil
}

func (v wipeView) plan(d *storage.BlockDeviceWipeDescriptor) (wipe, error) {
	name := strings.TrimPrefix(d.GetDevice(), "/dev/")
	w := wipe{path: "/dev/" + name, full: d.GetMethod() == storage.BlockDeviceWipeDescriptor_ZEROES}

	refuse := func(code codes.Code, format string, args ...any) (wipe, error) {
		return w, status.Errorf(code, format, args...)
	}

	if _, known := storage.BlockDeviceWipeDescriptor_Method_name[int32(d.GetMethod())]; !known {
		return refuse(codes.InvalidArgument, "method %d is not known", d.GetMethod())
	}

	disk := slices.IndexFunc(v.disks, func(s block.DiskSpec) bool { return s.DevPath == w.path })
	part := slices.IndexFunc(v.volumes, func(s block.DiscoveredVolumeSpec) bool { return s.DevPath == w.path && s.ParentDevPath != "" })

	switch {
	case disk < 0 && part < 0:
		return refuse(codes.NotFound, "there is no disk or partition %q", d.GetDevice())
	case disk >= 0 && (v.disks[disk].Readonly || v.disks[disk].CDROM):
		return refuse(codes.FailedPrecondition, "%s cannot be written to", w.path)
	case disk >= 0 && d.GetDropPartition():
		return refuse(codes.InvalidArgument, "%s is a disk, only partitions can be dropped", w.path)
	case part >= 0:
		w.parent = v.volumes[part].ParentDevPath

		if d.GetDropPartition() {
			w.drop = int(v.volumes[part].PartitionIndex) //nolint:gosec // at most 128
		}
	}

	if !d.GetSkipVolumeCheck() {
		for id, s := range v.used {
			if s.Location == w.path || s.ParentLocation == w.path {
				return refuse(codes.FailedPrecondition, "%s is in use by volume %q", w.path, id)
			}
		}
	}

	if !d.GetSkipSecondaryCheck() {
		for _, s := range v.disks {
			if slices.Contains(s.SecondaryDisks, name) {
				return refuse(codes.FailedPrecondition, "%s is part of %s", w.path, s.DevPath)
			}
		}
	}

	return w, nil
}
