package blockctl

import (
	"context"
	"errors"
	"fmt"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// Teardown unmounts all volumes, innermost first, and returns when that is
// done. Services and containers must be stopped before. When ctx ends first,
// the error names what is still mounted and who holds it; Detach is the last
// resort then. There is no way back but a reboot.
func Teardown(ctx context.Context, st state.State) error {
	ref := block.VolumeLifecycles.Ref(block.VolumeLifecycleID)

	lifecycle := block.VolumeLifecycles.New(block.VolumeLifecycleID, block.VolumeLifecycleSpec{})
	if err := st.Create(ctx, lifecycle); err != nil && !state.IsConflictError(err) {
		return fmt.Errorf("end volumes: %w", err)
	}

	// The mount controller takes hold of the resource, and lets it go when
	// nothing is mounted any more.
	_, err := st.WatchFor(ctx, ref, state.WithCondition(func(r resource.Resource) (bool, error) {
		return r.Metadata().Phase() == resource.PhaseTearingDown || r.Metadata().Finalizers().Has(mountController), nil
	}))
	if err != nil {
		return fmt.Errorf("end volumes: the mount controller does not answer: %w", err)
	}

	if _, err := st.Teardown(ctx, ref); err != nil {
		return fmt.Errorf("end volumes: %w", err)
	}

	if _, err := st.WatchFor(ctx, ref, state.WithFinalizerEmpty()); err == nil {
		return nil
	}

	return errors.Join(errors.New("volumes did not end"), stillMounted(st))
}

// stillMounted describes what is in the way. It uses a context of its own,
// because the caller's has ended.
func stillMounted(st state.State) error {
	ctx := context.Background()

	list, err := block.MountStatuses.List(ctx, st)
	if err != nil {
		return err
	}

	var errs []error

	for _, m := range list {
		spec := m.TypedSpec()

		errs = append(errs, fmt.Errorf("%s is still mounted at %s %v", m.ID(), spec.Target, mount.Holders(spec.Target)))
	}

	return errors.Join(errs...)
}

// Detach is for when Teardown did not work: everything is written out, made
// read-only where possible and taken out of sight.
func Detach(ctx context.Context, st state.State) error {
	unix.Sync()

	list, err := block.MountStatuses.List(ctx, st)
	if err != nil {
		return err
	}

	var errs []error

	for _, m := range list {
		spec := m.TypedSpec()
		if spec.Filesystem == block.FilesystemTypeNone {
			continue
		}

		if err := mount.RemountReadOnly(spec.Target); err != nil {
			errs = append(errs, err, mount.Detach(spec.Target))
		}
	}

	unix.Sync()

	return errors.Join(errs...)
}
