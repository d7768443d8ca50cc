package blockctl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

type mountsView struct {
	requests map[string]block.MountRequestSpec
	volumes  map[string]block.VolumeStatusSpec
	mounted  map[string]block.MountStatusSpec
	closing  bool
}

// mountsPlan lists what to take down, innermost first, and what shall be there,
// outermost first. What is there already is put up again, which is a no-op.
type mountsPlan struct {
	down []block.MountStatusSpec
	up   []mountStep
	all  bool
}

type mountStep struct {
	request block.MountRequestSpec
	volume  block.VolumeStatusSpec
	// present says that an earlier round did it.
	present bool
}

func (p mountsPlan) String() string {
	var b strings.Builder

	for _, m := range p.down {
		fmt.Fprintf(&b, "-%s ", m.Spec.VolumeID)
	}

	for _, m := range p.up {
		sign := "+"
		if m.present {
			sign = "="
		}

		fmt.Fprintf(&b, "%s%s ", sign, m.request.VolumeID)
	}

	return strings.TrimSpace(b.String())
}

const mountController = "block.MountController"

// mounts mounts volumes that are ready and asked for, parents first, and takes
// them down in the opposite order when they are no longer asked for or when all
// volumes are to end.
func mounts(root string) controller.Controller {
	return controller.Reconcile[mountsView, mountsPlan]{
		Name: mountController,
		Inputs: controller.In(
			block.MountRequests.Strong(),
			block.VolumeStatuses.Weak(),
			block.VolumeLifecycles.Strong(),
		),
		Outputs: controller.Out(block.MountStatuses.Exclusive()),
		Observe: observeMounts,
		Plan:    planMounts,
		Apply: func(_ context.Context, w *controller.Writer, p mountsPlan) error {
			m := mounter{root: root, log: w.Log}

			var errs []error

			if p.all {
				return m.unmountAll(w, p)
			}

			for _, s := range p.down {
				if err := m.down(s.Target, s.Filesystem); err != nil {
					errs = append(errs, err, w.Want(controller.Want(block.MountStatuses, s.Spec.VolumeID, s)))
				}
			}

			failed := map[string]bool{}

			for _, s := range p.up {
				if failed[s.request.ParentMountID] {
					failed[s.request.VolumeID] = true

					continue
				}

				status, err := m.up(s)
				if err != nil {
					failed[s.request.VolumeID] = true

					errs = append(errs, fmt.Errorf("mount volume %s: %w", s.request.VolumeID, err))

					continue
				}

				errs = append(errs, w.Want(controller.Want(block.MountStatuses, s.request.VolumeID, status)))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

func observeMounts(ctx context.Context, r cosi.Reader) (mountsView, error) {
	v := mountsView{
		requests: map[string]block.MountRequestSpec{},
		volumes:  map[string]block.VolumeStatusSpec{},
		mounted:  map[string]block.MountStatusSpec{},
	}

	requests, err := block.MountRequests.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, req := range controller.Running(requests) {
		v.requests[req.ID()] = *req.TypedSpec()
	}

	volumes, err := block.VolumeStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, s := range volumes {
		v.volumes[s.ID()] = *s.TypedSpec()
	}

	mounted, err := block.MountStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, m := range mounted {
		v.mounted[m.ID()] = *m.TypedSpec()
	}

	v.closing, err = closing(ctx, r)

	return v, err
}

func planMounts(v mountsView) mountsPlan {
	p := mountsPlan{all: v.closing}
	seen := map[string]bool{}

	var visit func(id string) bool

	visit = func(id string) bool {
		if seen[id] {
			return true
		}

		req, asked := v.requests[id]
		volume, ok := v.volumes[id]
		_, present := v.mounted[id]

		if v.closing || !asked || !ok || volume.Phase != block.VolumePhaseReady && !present {
			return false
		}

		if req.ParentMountID != "" && !visit(req.ParentMountID) {
			return false
		}

		seen[id] = true
		p.up = append(p.up, mountStep{req, volume, present})

		return true
	}

	// Targets sort parents before what is inside them.
	ids := make([]string, 0, len(v.requests))
	for id := range v.requests {
		ids = append(ids, id)
	}

	slices.SortFunc(ids, func(a, b string) int {
		return strings.Compare(v.volumes[a].MountSpec.TargetPath+" "+a, v.volumes[b].MountSpec.TargetPath+" "+b)
	})

	for _, id := range ids {
		visit(id)
	}

	for id, m := range v.mounted {
		if !seen[id] {
			p.down = append(p.down, m)
		}
	}

	// Overlays outside of their parent's directory go before it, too.
	slices.SortFunc(p.down, func(a, b block.MountStatusSpec) int {
		if inside := strings.Compare(b.Spec.ParentMountID, a.Spec.ParentMountID); (a.Spec.ParentMountID == "") != (b.Spec.ParentMountID == "") {
			return inside
		}

		return strings.Compare(b.Target, a.Target)
	})

	return p
}
