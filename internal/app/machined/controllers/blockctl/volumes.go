package blockctl

import (
	"context"
	"errors"
	"iter"
	"maps"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

func mapsKeys[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

// retryFailed is how soon something that did not work on the disk is tried
// again when nothing else happens before.
const retryFailed = time.Minute

type volumesPlan struct {
	steps []step
	again time.Time
}

func (p *volumesPlan) CheckAgainAt() time.Time { return p.again }

func (p *volumesPlan) String() string {
	text := ""
	for _, s := range p.steps {
		text += s.String() + "; "
	}

	return text
}

// volumes finds the configured volumes, makes the partitions that are missing,
// formats what is empty, and says how far each of them is.
func volumes(t *tracker) controller.Controller {
	return controller.Reconcile[volumesView, *volumesPlan]{
		Name: "block.VolumeManagerController",
		Inputs: controller.In(
			block.VolumeConfigs.Strong(),
			block.DiscoveredVolumes.Weak(),
			block.Disks.Weak(),
			block.SystemDisks.Weak(),
			block.DiscoveredVolumesStatuses.Weak(),
			block.VolumeLifecycles.Weak(),
		),
		Outputs: controller.Out(block.VolumeStatuses.Exclusive()),
		Observe: observeVolumes,
		Plan:    func(v volumesView) *volumesPlan { return &volumesPlan{steps: planVolumes(v)} },
		Apply: func(ctx context.Context, w *controller.Writer, plan *volumesPlan) error {
			var errs []error

			for i := range plan.steps {
				s := &plan.steps[i]

				if err := carryOut(ctx, w, t, s); err != nil {
					w.Log.Error("volume failed", "volume", s.ID, "phase", s.Status.Phase.String(), "error", err)
					fail(s, err)

					plan.again = time.Now().Add(retryFailed)
				}

				errs = append(errs, w.Want(statusItem(s)))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

func statusItem(s *step) controller.Item {
	return controller.Want(block.VolumeStatuses, s.ID, s.Status)
}

func observeVolumes(ctx context.Context, r cosi.Reader) (volumesView, error) {
	var v volumesView

	configs, err := block.VolumeConfigs.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, c := range controller.Running(configs) {
		v.Configs = append(v.Configs, configured{c.ID(), *c.TypedSpec()})
	}

	if v.Volumes, err = observeDiscovered(ctx, r); err != nil {
		return v, err
	}

	disks, err := block.Disks.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.Disks = map[string]block.DiskSpec{}
	for _, d := range controller.Running(disks) {
		v.Disks[d.ID()] = *d.TypedSpec()
	}

	statuses, err := block.VolumeStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.Before = map[string]block.VolumeStatusSpec{}
	for _, s := range statuses {
		v.Before[s.ID()] = *s.TypedSpec()
	}

	system, err := block.SystemDisks.Find(ctx, r, block.SystemDiskID)
	if err != nil {
		return v, err
	}

	if system != nil {
		v.SystemDisk = system.TypedSpec().DiskID
	}

	status, err := block.DiscoveredVolumesStatuses.Find(ctx, r, block.DiscoveredVolumesStatusID)
	if err != nil {
		return v, err
	}

	v.Discovered = status != nil && status.TypedSpec().Ready
	v.Closing, err = closing(ctx, r)

	return v, err
}

// closing reports whether the end of all volumes was asked for.
func closing(ctx context.Context, r cosi.Reader) (bool, error) {
	lifecycle, err := block.VolumeLifecycles.Find(ctx, r, block.VolumeLifecycleID)
	if err != nil || lifecycle == nil {
		return false, err
	}

	return lifecycle.Metadata().Phase() == resource.PhaseTearingDown, nil
}
