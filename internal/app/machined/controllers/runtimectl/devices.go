package runtimectl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// devicesStatus says when the absence of a device can be believed: the modules
// that the machine's buses asked for are loaded, and udev has looked at
// everything. It never goes back: later devices are news, not a new start.
func devicesStatus(modulesLoaded <-chan struct{}) controller.Controller {
	ready := false

	return controller.Source{
		Name:    "runtime.DevicesStatus",
		Inputs:  controller.In(runtime.Services.Weak()),
		Outputs: controller.Out(runtime.DevicesStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			select {
			case <-ctx.Done():
			case <-modulesLoaded:
				notify()
			}

			return nil
		},
		Read: func(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
			if !ready {
				udevd, err := runtime.Services.Find(ctx, r, "udevd")
				if err != nil {
					return nil, err
				}

				loaded := false

				select {
				case <-modulesLoaded:
					loaded = true
				default:
				}

				ready = loaded && udevd != nil && udevd.TypedSpec().Healthy
			}

			return []controller.Item{controller.Want(runtime.DevicesStatuses, runtime.DevicesID, runtime.DevicesStatusSpec{Ready: ready})}, nil
		},
	}.Build()
}
