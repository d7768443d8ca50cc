package blockctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// mountRequestView pairs requests with the volumes they are about.
type mountRequestView struct {
	requests []volumeRequest
	volumes  map[string]block.VolumeStatusSpec
}

type volumeRequest struct {
	id string
	block.VolumeMountRequestSpec
}

// mountRequests folds all requests for a volume into one, and asks for the
// volume it lives in as well.
func mountRequests() controller.Controller {
	return controller.Derive[mountRequestView]{
		Name: "block.MountRequestController",
		Inputs: controller.In(
			block.VolumeMountRequests.Strong(),
			block.VolumeStatuses.Weak(),
			block.MountRequests.DestroyReady(),
		),
		Outputs: controller.Out(block.MountRequests.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (mountRequestView, error) {
			v := mountRequestView{volumes: map[string]block.VolumeStatusSpec{}}

			requests, err := block.VolumeMountRequests.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, req := range controller.Running(requests) {
				v.requests = append(v.requests, volumeRequest{req.ID(), *req.TypedSpec()})
			}

			statuses, err := block.VolumeStatuses.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, s := range statuses {
				v.volumes[s.ID()] = *s.TypedSpec()
			}

			return v, nil
		},
		Plan: planMountRequests,
	}.Build()
}

func planMountRequests(v mountRequestView) ([]controller.Item, error) {
	folded := map[string]*block.MountRequestSpec{}

	var order []string

	get := func(id string) *block.MountRequestSpec {
		if folded[id] == nil {
			order = append(order, id)
			folded[id] = &block.MountRequestSpec{
				VolumeID: id, ParentMountID: v.volumes[id].ParentID,
				ReadOnly: true, Detached: true, DisableAccessTime: true, Secure: true, NoExec: true,
			}
		}

		return folded[id]
	}

	for _, req := range v.requests {
		status, ok := v.volumes[req.VolumeID]
		if !ok || status.Phase != block.VolumePhaseReady && status.Phase != block.VolumePhaseClosed {
			continue
		}

		// What one of the requesters needs, all of them get: a restriction
		// holds only when everybody asks for it.
		m := get(req.VolumeID)
		m.ReadOnly = m.ReadOnly && req.ReadOnly
		m.Detached = m.Detached && req.Detached
		m.DisableAccessTime = m.DisableAccessTime && req.DisableAccessTime
		m.Secure = m.Secure && req.Secure
		m.NoExec = m.NoExec && req.NoExec
		m.Requesters = append(m.Requesters, req.Requester)
		m.RequesterIDs = append(m.RequesterIDs, req.id)
	}

	items := make([]controller.Item, 0, len(order))
	for _, id := range order {
		items = append(items, controller.Want(block.MountRequests, id, *folded[id]))
	}

	return items, nil
}

// volumeMountStatuses answers each requester under the ID of its request.
func volumeMountStatuses() controller.Controller {
	return controller.Derive[[]block.MountStatusSpec]{
		Name: "block.MountStatusController",
		Inputs: controller.In(
			block.MountStatuses.Weak(),
			block.VolumeMountStatuses.DestroyReady(),
		),
		Outputs: controller.Out(block.VolumeMountStatuses.Exclusive()),
		Observe: observeMountStatuses,
		Plan: func(mounts []block.MountStatusSpec) ([]controller.Item, error) {
			var items []controller.Item

			for _, m := range mounts {
				for i, id := range m.Spec.RequesterIDs {
					items = append(items, controller.Want(block.VolumeMountStatuses, id, block.VolumeMountStatusSpec{
						VolumeID: m.Spec.VolumeID, Requester: m.Spec.Requesters[i], Target: m.Target,
						ReadOnly: m.ReadOnly, Detached: m.Detached,
						DisableAccessTime: m.Spec.DisableAccessTime, Secure: m.Spec.Secure, NoExec: m.Spec.NoExec,
					}))
				}
			}

			return items, nil
		},
	}.Build()
}

func observeMountStatuses(ctx context.Context, r cosi.Reader) ([]block.MountStatusSpec, error) {
	list, err := block.MountStatuses.List(ctx, r)
	if err != nil {
		return nil, err
	}

	var out []block.MountStatusSpec
	for _, m := range controller.Running(list) {
		out = append(out, *m.TypedSpec())
	}

	return out, nil
}

// mountSummary keeps the older, shorter form of mount statuses for clients that
// know only that one.
func mountSummary() controller.Controller {
	return controller.Derive[[]block.MountStatusSpec]{
		Name:    "runtime.MountStatusController",
		Inputs:  controller.In(block.MountStatuses.Weak()),
		Outputs: controller.Out(runtime.MountStatuses.Exclusive()),
		Observe: observeMountStatuses,
		Plan: func(mounts []block.MountStatusSpec) ([]controller.Item, error) {
			var items []controller.Item

			for _, m := range mounts {
				if m.Filesystem == block.FilesystemTypeNone {
					continue
				}

				items = append(items, controller.Want(runtime.MountStatuses, m.Spec.VolumeID, runtime.MountStatusSpec{
					Source: m.Source, Target: m.Target, FilesystemType: m.Filesystem.String(), Options: options(m.Spec),
				}))
			}

			return items, nil
		},
	}.Build()
}

func options(m block.MountRequestSpec) []string {
	var out []string

	if m.ReadOnly {
		out = append(out, "ro")
	}

	if m.Secure {
		out = append(out, "nosuid", "nodev")
	}

	if m.NoExec {
		out = append(out, "noexec")
	}

	if m.DisableAccessTime {
		out = append(out, "noatime")
	}

	return out
}
