package services

import (
	"context"
	"fmt"
	"os"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Status publishes what the manager knows about services that run.
func Status(m *Manager) controller.Controller {
	return controller.Source{
		Name:    "v1alpha1.ServiceController",
		Outputs: controller.Out(runtime.Services.Exclusive(), runtime.ServicePIDs.Exclusive()),
		Wake:    m.OnChange,
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			return statuses(m.List(), mountNamespace), nil
		},
	}.Build()
}

func statuses(list []Info, mountNamespace func(pid int) string) []controller.Item {
	var items []controller.Item

	for _, i := range list {
		if i.State == Running {
			items = append(items, controller.Want(runtime.Services, i.ID, runtime.ServiceSpec{
				Running: true, Healthy: i.Health.Healthy, Unknown: i.Health.Unknown,
			}))
		}

		// Already while it is starting: it may call PID 1 before it is up.
		if i.PID != 0 {
			items = append(items, controller.Want(runtime.ServicePIDs, i.ID, runtime.ServicePIDSpec{
				PID: int32(i.PID), MountNamespace: mountNamespace(i.PID),
			}))
		}
	}

	return items
}

func mountNamespace(pid int) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", pid))
	if err != nil {
		return "" // gone already
	}

	return name
}
