package talosctl

import (
	"context"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// machineStatus is the stage of a machine and what it lacks to be ready there.
func machineStatus(ctx context.Context, c *client.Client) (stage, unmet string, err error) {
	res, err := runtime.MachineStatuses.Get(ctx, c.State, runtime.MachineStatusID)
	if err != nil {
		return "", "", err
	}

	var reasons []string
	for _, u := range res.TypedSpec().Status.UnmetConditions {
		reasons = append(reasons, u.Name+": "+u.Reason)
	}

	if len(reasons) == 0 && !res.TypedSpec().Status.Ready {
		reasons = []string{"not ready yet"}
	}

	return res.TypedSpec().Stage.String(), strings.Join(reasons, "; "), nil
}
