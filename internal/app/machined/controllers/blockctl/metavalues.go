package blockctl

import (
	"context"
	"fmt"
	"log/slog"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

type metaView struct {
	phase    block.VolumePhase
	location string
}

// MetaID is how a tag is written as the ID of its MetaKey.
func MetaID(tag meta.Tag) string { return fmt.Sprintf("0x%02x", uint8(tag)) }

// metaValues attaches the store to the META partition when it is found and
// publishes the values.
func metaValues(store *meta.Store) controller.Controller {
	attached := ""

	return controller.Reconcile[metaView, metaView]{
		Name:    "runtime.MetaController",
		Inputs:  controller.In(block.VolumeStatuses.Weak()),
		Outputs: controller.Out(runtime.MetaKeys.Exclusive(), runtime.MetaLoads.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			ch := make(chan struct{}, 1)
			store.Notify(ch)

			for {
				select {
				case <-ctx.Done():
					return nil
				case <-ch:
					notify()
				}
			}
		},
		Observe: func(ctx context.Context, r cosi.Reader) (metaView, error) {
			status, err := block.VolumeStatuses.Find(ctx, r, MetaVolume)
			if err != nil || status == nil {
				return metaView{}, err
			}

			return metaView{status.TypedSpec().Phase, status.TypedSpec().Location}, nil
		},
		Plan: func(v metaView) metaView { return v },
		Apply: func(_ context.Context, w *controller.Writer, v metaView) error {
			if v.phase == block.VolumePhaseReady && v.location != attached {
				if err := attach(store, v.location, w.Log); err != nil {
					return err
				}

				attached = v.location
			}

			for tag, value := range store.All() {
				if err := w.Want(controller.Want(runtime.MetaKeys, MetaID(tag), runtime.MetaKeySpec{Value: string(value)})); err != nil {
					return err
				}
			}

			// Without a META partition what is in memory is all there is.
			done := store.Attached() || v.phase == block.VolumePhaseMissing

			return w.Want(controller.Want(runtime.MetaLoads, runtime.MetaLoadedID, runtime.MetaLoadedSpec{Done: done}))
		},
	}.Build()
}

func attach(store *meta.Store, location string, log *slog.Logger) error {
	err := store.Attach(meta.File(location))

	switch {
	case err == nil:
		log.Info("meta values loaded", "device", location)
	case store.Attached():
		// Damage was reported and the store starts empty.
		log.Error("meta values lost", "device", location, "error", err)
	default:
		return err
	}

	return nil
}
